metadata description = 'The queue between ingest and trainer, the one over which instances of ingest share a large dataset, and the one of files to be classified.'

import { identity, roleIds, tagSet } from 'types.bicep'

param location string
param tags tagSet
param name string
param queueName string
param partsQueueName string
param inboxQueueName string

@description('Standard has duplicate detection; Premium is needed for private endpoints.')
@allowed(['Standard', 'Premium'])
param sku string

param publicNetworkAccess bool

param functions identity
param trainer identity
param scaler identity

resource bus 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: sku, tier: sku, capacity: sku == 'Premium' ? 1 : null }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: publicNetworkAccess ? 'Enabled' : 'Disabled'
  }
}

resource queue 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = {
  parent: bus
  name: queueName
  properties: {
    // MessageId is the run id: an event delivered twice within the window queues one run.
    requiresDuplicateDetection: true
    duplicateDetectionHistoryTimeWindow: 'PT10M'
    // Short, and renewed by the trainer: after a kill the message is free again within a minute.
    lockDuration: 'PT1M'
    // A message that no trainer settles must not start paid containers for ever. A run that makes no progress is given up by
    // the trainer itself, after five attempts; one that does may be killed often.
    maxDeliveryCount: 500
    defaultMessageTimeToLive: 'P14D'
    deadLetteringOnMessageExpiration: true
  }
}

resource partsQueue 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = {
  parent: bus
  name: partsQueueName
  properties: {
    // MessageId names the run, the step and the part.
    requiresDuplicateDetection: true
    duplicateDetectionHistoryTimeWindow: 'PT10M'
    // Renewed by the Functions host: after a kill another instance goes on within a minute.
    lockDuration: 'PT1M'
    // What comes back this often ends in the dead-letter queue, where a function fails its run.
    maxDeliveryCount: 5
    defaultMessageTimeToLive: 'P2D'
    deadLetteringOnMessageExpiration: true
  }
}

resource inboxQueue 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = {
  parent: bus
  name: inboxQueueName
  properties: {
    // MessageId names the upload and counts the messages about it.
    requiresDuplicateDetection: true
    duplicateDetectionHistoryTimeWindow: 'PT10M'
    // Renewed by the Functions host: after a kill another instance goes on within a minute.
    lockDuration: 'PT1M'
    // What comes back this often ends in the dead-letter queue, where a function says what became of the file.
    maxDeliveryCount: 5
    defaultMessageTimeToLive: 'P14D'
    deadLetteringOnMessageExpiration: true
  }
}

// Sends, receives, and counts the messages: the platform scales the app by their number, which takes the right "manage".
resource parts 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: partsQueue
  name: guid(partsQueue.id, 'functions', roleIds.serviceBusOwner)
  properties: {
    principalId: functions.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.serviceBusOwner)
  }
}

resource inbox 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: inboxQueue
  name: guid(inboxQueue.id, 'functions', roleIds.serviceBusOwner)
  properties: {
    principalId: functions.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.serviceBusOwner)
  }
}

// Sends requests, and takes what was given up out of the dead-letter queue, whose messages the platform counts to start the app.
resource requests 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: queue
  name: guid(queue.id, 'functions', roleIds.serviceBusOwner)
  properties: {
    principalId: functions.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.serviceBusOwner)
  }
}

resource receive 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: queue
  name: guid(queue.id, 'trainer', roleIds.serviceBusReceiver)
  properties: {
    principalId: trainer.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.serviceBusReceiver)
  }
}

// The trainer sends the next messages of a sweep.
resource next 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: queue
  name: guid(queue.id, 'trainer', roleIds.serviceBusSender)
  properties: {
    principalId: trainer.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.serviceBusSender)
  }
}

// The scaler reads the queue's message count, which takes the right "manage". On the namespace, as the platform documents
// it; the namespace holds these three queues, and no container can use the identity.
resource count 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: bus
  name: guid(bus.id, 'scaler', roleIds.serviceBusOwner)
  properties: {
    principalId: scaler.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.serviceBusOwner)
  }
}

output id string = bus.id
output host string = '${bus.name}.servicebus.windows.net'
