metadata description = 'The account of the Functions host: its locks, its access keys, and events that could not be delivered. Apart from the data, because the host needs ownership of it.'

import { identity, roleIds, tagSet } from 'types.bicep'

param location string
param tags tagSet
param name string
param publicNetworkAccess bool
param functions identity

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: 'Standard_LRS' }
  kind: 'StorageV2'
  properties: {
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    // Never 'Disabled': Event Grid, a trusted service, writes undelivered events here. 'Deny' keeps all others out.
    publicNetworkAccess: 'Enabled'
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: publicNetworkAccess ? 'Allow' : 'Deny'
    }
    supportsHttpsTrafficOnly: true
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  parent: account
  name: 'default'
  properties: {
    deleteRetentionPolicy: { enabled: true, days: 7 }
  }
}

// event-topic.bicep lets Event Grid write into it.
resource deadLetters 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = {
  parent: blobs
  name: 'event-dead-letters'
  properties: { publicAccess: 'None' }
}

// What a functions app on Flex Consumption is started from; empty on Container Apps.
resource packages 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = {
  parent: blobs
  name: 'app-package'
  properties: { publicAccess: 'None' }
}

resource hostRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account
  name: guid(account.id, 'functions', roleIds.blobOwner)
  properties: {
    principalId: functions.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.blobOwner)
  }
}

output id string = account.id
output blobServiceUri string = 'https://${account.name}.blob.${environment().suffixes.storage}'
output queueServiceUri string = 'https://${account.name}.queue.${environment().suffixes.storage}'
output packageContainerUri string = 'https://${account.name}.blob.${environment().suffixes.storage}/${packages.name}'
