metadata description = 'Where logs, requests and metrics go. Nothing is accepted without an identity.'

import { identity, roleIds, tagSet } from 'types.bicep'

param location string
param tags tagSet
param workspaceName string
param insightsName string
param functions identity

@description('Gigabytes a day after which no more logs are taken; guards the bill.')
param dailyQuotaGb int

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: 30
    workspaceCapping: { dailyQuotaGb: dailyQuotaGb }
    features: { disableLocalAuth: true }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: insightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    // The connection string then only says where to send; sending takes the role below.
    DisableLocalAuth: true
    WorkspaceResourceId: workspace.id
  }
}

resource publish 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: insights
  name: guid(insights.id, 'functions', roleIds.metricsPublisher)
  properties: {
    principalId: functions.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.metricsPublisher)
  }
}

output workspaceId string = workspace.id
