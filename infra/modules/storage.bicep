metadata description = 'The account that holds datasets, base models, runs, models, and files to be classified with their results. Reached with identities only.'

import { containerGrant, roleIds, tagSet } from 'types.bicep'

param location string
param tags tagSet
param name string

@description('Redundancy, for example Standard_LRS or Standard_ZRS.')
param sku string

@description('Days after its last change until a blob of a run (checkpoint, shard, report, record) is deleted. Published models do not need it.')
@minValue(1)
param runRetentionDays int

@description('Days for which a deleted or overwritten blob can be brought back.')
@minValue(1)
@maxValue(365)
param softDeleteDays int

@description('false: only private endpoints reach the account.')
param publicNetworkAccess bool

param grants containerGrant[]

var containerNames = ['datasets', 'base-models', 'runs', 'models', 'inbox', 'outbox', 'feedback', 'drift']

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: sku }
  kind: 'StorageV2'
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    publicNetworkAccess: publicNetworkAccess ? 'Enabled' : 'Disabled'
    networkAcls: {
      // Event Grid reads nothing from the account; the events come from the storage service itself.
      bypass: 'None'
      defaultAction: publicNetworkAccess ? 'Allow' : 'Deny'
    }
    supportsHttpsTrafficOnly: true
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  parent: account
  name: 'default'
  properties: {
    isVersioningEnabled: true
    deleteRetentionPolicy: { enabled: true, days: softDeleteDays }
    containerDeleteRetentionPolicy: { enabled: true, days: softDeleteDays }
  }
}

resource containers 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = [
  for containerName in containerNames: {
    parent: blobs
    name: containerName
    properties: { publicAccess: 'None' }
  }
]

resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2025-06-01' = {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: [
        {
          // A prefix cannot say "runs/*/checkpoints/", so a run expires whole. The trainer deletes the checkpoints of
          // a run that succeeded; what this rule finds are those of runs that did not.
          name: 'expire-runs'
          type: 'Lifecycle'
          enabled: true
          definition: {
            filters: { blobTypes: ['blockBlob', 'appendBlob'], prefixMatch: ['runs/'] }
            actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: runRetentionDays } } }
          }
        }
        {
          // With versioning on, every overwritten checkpoint and run record would otherwise be kept and paid for.
          name: 'expire-old-versions'
          type: 'Lifecycle'
          enabled: true
          definition: {
            filters: { blobTypes: ['blockBlob'] }
            actions: { version: { delete: { daysAfterCreationGreaterThan: softDeleteDays } } }
          }
        }
      ]
    }
  }
  dependsOn: [blobs]
}

@batchSize(1)
module containerRoles 'container-role.bicep' = [
  for grant in grants: {
    name: 'role-${grant.container}-${grant.holder}'
    params: {
      accountName: account.name
      grant: grant
      roleId: roleIds[grant.role]
    }
    dependsOn: [containers]
  }
]

output id string = account.id
output name string = account.name
output blobServiceUri string = 'https://${account.name}.blob.${environment().suffixes.storage}'
output queueServiceUri string = 'https://${account.name}.queue.${environment().suffixes.storage}'
