using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Pipeline.InfraTests;

/// <summary>The queries of a deployment that look for lines of the two programs: those of its alerts and of its workbook.</summary>
internal static partial class LogQueries
{
    // Columns of these tables that queries may use, by Azure Monitor's reference.
    private static readonly Dictionary<string, string[]> _columns = new()
    {
        ["ContainerAppConsoleLogs"] = ["TimeGenerated", "Log"],
        ["AppTraces"] = ["TimeGenerated", "Message"],
    };

    /// <summary>Asserts that each of them reads these tables and no other, and that what it takes from them are columns called TimeGenerated and Log.</summary>
    public static void AssertTheyRead(Deployment deployment, params string[] tables)
    {
        string[] queries =
        [
            .. deployment.OfType("Microsoft.Insights/scheduledQueryRules").Select(rule => Assert.Single(rule.At("properties.criteria.allOf").AsArray())!.Text("query")),
            .. OfWorkbook(deployment).Where(query => !query.StartsWith("AppRequests\n", StringComparison.Ordinal)),
        ];

        Assert.InRange(queries.Length, 8, 20);
        Assert.All(queries, query =>
        {
            var from = Regex.Split(query, @" \| where|\n\|")[0];
            var legs = Leg().Matches(from);

            // The first leg is empty and always there, so that a query is never without a table.
            Assert.StartsWith("union isfuzzy=true (datatable(TimeGenerated: datetime, Log: string)[]), (", from, StringComparison.Ordinal);
            Assert.Equal(tables, legs.Select(leg => leg.Groups["table"].Value));
            Assert.All(legs, leg =>
            {
                Assert.Equal(["TimeGenerated", "Log"], leg.Groups["column"].Captures.Select(column => column.Value.Split(" = ")[0]));
                Assert.All(leg.Groups["column"].Captures, column => Assert.Contains(column.Value.Split(" = ")[^1], _columns[leg.Groups["table"].Value]));
            });
        });
    }

    // The page is an expression over ids that a deployment puts in; the queries are in the text within.
    private static IEnumerable<string> OfWorkbook(Deployment deployment)
    {
        var page = Regex.Match(deployment.Single("Microsoft.Insights/workbooks").Text("properties.serializedData"), @"^\[replace\(replace\('(.*)', '\{workspaceId\}'", RegexOptions.Singleline);
        return JsonNode.Parse(page.Groups[1].Value.Replace("''", "'", StringComparison.Ordinal))!.At("items").AsArray().Select(item => (string?)item!["content"]!["query"]).OfType<string>();
    }

    [GeneratedRegex(@"\((?<table>\w+) \| project (?:(?<column>[^,()]+)(?:, )?)+\)")]
    private static partial Regex Leg();
}
