metadata description = 'The functions app: ingest and classify, as a Container App of kind functionapp.'

import { identity, setting, tagSet } from 'types.bicep'

param location string
param tags tagSet
param environmentId string
param image string
param registryServer string
param functions identity
param pull identity

@description('0: no cost at rest, and the first request waits for a start.')
@minValue(0)
param minReplicas int

@minValue(1)
param maxReplicas int

@description('CPU cores; the platform wants 2 GiB of memory per core.')
param cores int

@description('Whether the image holds the isolated worker, not the custom handler.')
param isIsolated bool

@description('What the Functions host and the program read.')
param settings setting[]

resource app 'Microsoft.App/containerApps@2025-07-01' = {
  // subscribe.sh looks for it by this name.
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
          env: concat([{ name: 'FUNCTIONS_WORKER_RUNTIME', value: isIsolated ? 'dotnet-isolated' : 'custom' }], settings)
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
