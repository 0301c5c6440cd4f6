metadata description = 'The Container Apps environment: one profile for the functions app, and one with a GPU if the trainer wants it.'

import { tagSet } from 'types.bicep'

param location string
param tags tagSet
param name string
param workspaceId string

@description('Profile of the trainer; one that begins with Consumption-GPU is added to the environment.')
param trainerProfile string

@description('Subnet for the environment; empty: the platform\'s own network.')
param subnetId string

var gpu = startsWith(trainerProfile, 'Consumption-GPU')

resource environment 'Microsoft.App/managedEnvironments@2025-07-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    // Not log-analytics, which takes the workspace's shared key.
    appLogsConfiguration: { destination: 'azure-monitor' }
    publicNetworkAccess: 'Enabled'
    vnetConfiguration: empty(subnetId) ? null : { infrastructureSubnetId: subnetId, internal: false }
    workloadProfiles: concat(
      [{ name: 'Consumption', workloadProfileType: 'Consumption' }],
      gpu ? [{ name: 'gpu', workloadProfileType: trainerProfile }] : []
    )
  }
}

// The stable version, of 2016, knows no category groups.
#disable-next-line use-recent-api-versions
resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: environment
  name: 'logs'
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'allLogs', enabled: true }]
  }
}

output id string = environment.id
output trainerProfileName string = gpu ? 'gpu' : 'Consumption'
