metadata description = 'One page in the portal: runs, what they cost, the queues, serving, drift.'

import { logLines } from 'log-lines.bicep'
import { tagSet } from 'types.bicep'

param location string
param tags tagSet
param workspaceId string
param serviceBusId string

@description('Whether the functions app runs on Flex Consumption, so that its lines are in another table.')
param isFlex bool

// The queries stand in a file of their own, which the portal's editor can take and give back. There they ask for the lines of containers.
var queries = replace(loadTextContent('../workbook.json'), '"ContainerAppConsoleLogs', '"${logLines(isFlex)}')
var page = replace(replace(queries, '{workspaceId}', workspaceId), '{serviceBusId}', serviceBusId)

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  // The service asks for a GUID.
  name: guid(resourceGroup().id, 'pipeline-workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    category: 'workbook'
    displayName: 'Dataset to classifier'
    serializedData: page
    sourceId: workspaceId
  }
}
