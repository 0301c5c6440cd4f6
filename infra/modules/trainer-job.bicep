metadata description = 'The trainer: one container per training request, started by the length of the queue.'

import { identity, setting, tagSet } from 'types.bicep'

param location string
param tags tagSet
param environmentId string

@description('Name of the profile inside the environment.')
param profileName string

@description('Type of that profile; decides cores and memory.')
param profileType string

param image string
param registryServer string
param serviceBusName string
param queueName string

@description('Seconds after which a training run is killed.')
@minValue(300)
param timeoutSeconds int

@description('Containers at the same time, and so the cap on what training may cost.')
@minValue(1)
param maxExecutions int

param trainer identity
param scaler identity
param pull identity
param pipelineSettings setting[]

// One container takes the whole GPU node; on Consumption these are the largest a container may have.
var sizes = {
  Consumption: { cpu: 4, memory: '8Gi' }
  'Consumption-GPU-NC8as-T4': { cpu: 8, memory: '56Gi' }
  'Consumption-GPU-NC24-A100': { cpu: 24, memory: '220Gi' }
}

resource job 'Microsoft.App/jobs@2025-07-01' = {
  name: 'trainer'
  location: location
  tags: union(tags, { 'azd-service-name': 'trainer' })
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${trainer.id}': {}, '${scaler.id}': {}, '${pull.id}': {} }
  }
  properties: {
    environmentId: environmentId
    workloadProfileName: profileName
    configuration: {
      triggerType: 'Event'
      replicaTimeout: timeoutSeconds
      // The queue delivers again by itself; a retry of the platform would find the message still locked.
      replicaRetryLimit: 0
      eventTriggerConfig: {
        parallelism: 1
        replicaCompletionCount: 1
        scale: {
          minExecutions: 0
          maxExecutions: maxExecutions
          pollingInterval: 30
          rules: [
            {
              name: 'training-requests'
              type: 'azure-servicebus'
              identity: scaler.id
              metadata: {
                namespace: serviceBusName
                queueName: queueName
                messageCount: '1'
              }
            }
          ]
        }
      }
      identitySettings: [
        { identity: trainer.id, lifecycle: 'Main' }
        { identity: scaler.id, lifecycle: 'None' }
        { identity: pull.id, lifecycle: 'None' }
      ]
      registries: [{ server: registryServer, identity: pull.id }]
    }
    template: {
      containers: [
        {
          name: 'trainer'
          image: image
          args: ['--once']
          env: pipelineSettings
          resources: sizes[profileType]
        }
      ]
    }
  }
}
