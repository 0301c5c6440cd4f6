metadata description = 'The functions app on a Flex Consumption plan: the same program as a package in blob storage instead of an image.'

import { identity, setting, tagSet } from 'types.bicep'

param location string
param tags tagSet
param name string

@description('The container of the host account that the package is deployed to.')
param packageContainerUri string

param functions identity

@description('Instances that always run for requests; 0: no cost at rest, and the first request waits for a start.')
@minValue(0)
param alwaysReady int

@description('The plan takes no fewer than 40.')
@minValue(40)
@maxValue(1000)
param maxInstances int

@description('Memory of an instance; its cores follow from it.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int

@description('Whether the package holds the isolated worker, not the custom handler.')
param isIsolated bool

@description('What the Functions host and the program read.')
param settings setting[]

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: 'plan-${name}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { tier: 'FlexConsumption', name: 'FC1' }
  properties: { reserved: true }
}

resource site 'Microsoft.Web/sites@2024-11-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'functions' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${functions.id}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      appSettings: settings
    }
    functionAppConfig: {
      // The custom handler brings its own .NET.
      runtime: isIsolated ? { name: 'dotnet-isolated', version: '10.0' } : { name: 'custom', version: '1.0' }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainerUri
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: functions.id }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maxInstances
        alwaysReady: alwaysReady > 0 ? [{ name: 'http', instanceCount: alwaysReady }] : []
      }
    }
  }

  // Deployment by identity only: no user name and password for either way of publishing.
  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

output id string = site.id
output host string = site.properties.defaultHostName
