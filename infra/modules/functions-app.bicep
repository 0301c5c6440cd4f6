metadata description = 'The functions app: ingest and classify, as a Container App of kind functionapp.'

import { identity, setting, tagSet } from 'types.bicep'

param location string
param tags tagSet
param environmentId string
param image string
param registryServer string
param insightsName string
param hostBlobServiceUri string
param serviceBusHost string
param functions identity
param pull identity

@description('0: no cost at rest, and the first request waits for a start.')
@minValue(0)
param minReplicas int

@minValue(1)
param maxReplicas int

@description('CPU cores; the platform wants 2 GiB of memory per core.')
param cores int

@description('When runs that nobody works on are looked for; NCRONTAB, UTC.')
param checkRunsSchedule string

param pipelineSettings setting[]

@description('Section Pipeline:Auth; empty: no tokens are asked for.')
param authSettings setting[]

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

var hostSettings = [
  { name: 'FUNCTIONS_WORKER_RUNTIME', value: 'custom' }
  { name: 'AzureWebJobsStorage__credential', value: 'managedidentity' }
  { name: 'AzureWebJobsStorage__clientId', value: functions.clientId }
  { name: 'AzureWebJobsStorage__blobServiceUri', value: hostBlobServiceUri }
  // The connection of the queue triggers, by the name that their function.json has.
  { name: 'ServiceBus__fullyQualifiedNamespace', value: serviceBusHost }
  { name: 'ServiceBus__credential', value: 'managedidentity' }
  { name: 'ServiceBus__clientId', value: functions.clientId }
  // Named in functions/CheckRuns/function.json.
  { name: 'CHECK_RUNS_SCHEDULE', value: checkRunsSchedule }
  // The default keeps the access keys in the container's own files, and loses them with it.
  { name: 'AzureWebJobsSecretStorageType', value: 'blob' }
  { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: insights.properties.ConnectionString }
  { name: 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING', value: 'ClientId=${functions.clientId};Authorization=AAD' }
]

resource app 'Microsoft.App/containerApps@2025-07-01' = {
  // events.bicep looks for it by this name.
  name: 'functions'
  location: location
  tags: union(tags, { 'azd-service-name': 'functions' })
  kind: 'functionapp'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${functions.id}': {}, '${pull.id}': {} }
  }
  properties: {
    environmentId: environmentId
    workloadProfileName: 'Consumption'
    configuration: {
      activeRevisionsMode: 'Single'
      identitySettings: [
        { identity: functions.id, lifecycle: 'Main' }
        { identity: pull.id, lifecycle: 'None' }
      ]
      ingress: {
        external: true
        targetPort: 80
        transport: 'auto'
        allowInsecure: false
      }
      registries: [{ server: registryServer, identity: pull.id }]
    }
    template: {
      containers: [
        {
          name: 'functions'
          image: image
          env: concat(hostSettings, pipelineSettings, authSettings)
          resources: { cpu: cores, memory: '${cores * 2}Gi' }
        }
      ]
      // No rules: for this kind the platform derives them from the triggers.
      scale: { minReplicas: minReplicas, maxReplicas: maxReplicas }
    }
  }
}

output id string = app.id
output fqdn string = app.properties.configuration.ingress.fqdn
