metadata description = 'The registry of the two images.'

import { identity, roleIds, tagSet } from 'types.bicep'

param location string
param tags tagSet
param name string

@description('Basic is enough; Premium is needed for private endpoints.')
@allowed(['Basic', 'Standard', 'Premium'])
param sku string

param pull identity

resource registry 'Microsoft.ContainerRegistry/registries@2025-04-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: sku }
  properties: {
    adminUserEnabled: false
    anonymousPullEnabled: false
    // The image build runs in the registry's own agents, which come from outside.
    publicNetworkAccess: 'Enabled'
  }
}

resource pullRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: registry
  name: guid(registry.id, 'pull', roleIds.acrPull)
  properties: {
    principalId: pull.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.acrPull)
  }
}

output loginServer string = registry.properties.loginServer
