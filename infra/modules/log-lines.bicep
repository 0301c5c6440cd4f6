metadata description = 'Where the lines are that the two programs write, for queries of the workspace.'

// A table is there from its first line on. Until then a query that names it fails, but for a fuzzy union, which takes what there is.
// On Flex Consumption the Functions host sends the lines of its app to Application Insights. On Container Apps it does too, where they would count twice.
@export()
@description('What a query begins with that looks in the column Log for a line of the functions app or of the trainer.')
func logLines(isFlex bool) string =>
  'union isfuzzy=true (datatable(TimeGenerated: datetime, Log: string)[]), (ContainerAppConsoleLogs | project TimeGenerated, Log)${isFlex ? ', (AppTraces | project TimeGenerated, Log = Message)' : ''}'
