metadata description = 'The queues: uploads on their way into the functions app, what its instances share of a large dataset or a file to be classified, and training requests.'

import { identity, roleIds, tagSet } from 'types.bicep'

param location string
param tags tagSet
param name string

@description('The queue between ingest and trainer.')
param trainingQueueName string

@description('The queues that Event Grid fills; none where its events go to a webhook.')
param uploadQueueNames string[]

@description('Standard has duplicate detection; Premium is needed for private endpoints.')
@allowed(['Standard', 'Premium'])
param sku string

@description('false: only private endpoints reach the namespace, and the services that Azure trusts.')
param publicNetworkAccess bool

@description('The subnet of the private endpoints, where there are any.')
param endpointSubnetId string

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
    // Never 'Disabled': Event Grid, which has no way in through a private endpoint, is one of the services that the firewall below lets past.
    publicNetworkAccess: 'Enabled'
  }

  resource firewall 'networkRuleSets' = if (!publicNetworkAccess) {
    name: 'default'
    properties: {
      publicNetworkAccess: 'Enabled'
      defaultAction: 'Deny'
      trustedServiceAccessEnabled: true
      // The service takes no Deny without an entry: the subnet of the private endpoints, from which nobody calls.
      virtualNetworkRules: [{ subnet: { id: endpointSubnetId }, ignoreMissingVnetServiceEndpoint: true }]
    }
  }
}

@description('In what one queue differs from another.')
type queue = {
  name: string

  @description('A MessageId that comes twice within ten minutes is taken once.')
  dropsDuplicates: bool

  @description('What comes back this often ends in the dead-letter queue, from which a function takes it.')
  maxDeliveryCount: int

  timeToLive: string
}

// A function waits before a delivery fails, longer each time: this many outlast an outage of the storage of some minutes.
var functionsDeliveries = 10

// Functions find them by these names in their function.json.
var queues queue[] = concat(
  [
    // MessageId is the run id: an upload that is reported twice queues one run. A message that no trainer settles must not start paid
    // containers for ever; but a run that makes no progress is given up by the trainer itself, after five attempts, and one that does may be killed often.
    { name: trainingQueueName, dropsDuplicates: true, maxDeliveryCount: 500, timeToLive: 'P14D' }
    // MessageId names the run, the step and the part.
    { name: 'ingest-parts', dropsDuplicates: true, maxDeliveryCount: functionsDeliveries, timeToLive: 'P2D' }
    // MessageId names the upload and counts the messages about it.
    { name: 'inbox-files', dropsDuplicates: true, maxDeliveryCount: functionsDeliveries, timeToLive: 'P14D' }
  ],
  // MessageId is Event Grid's, and says nothing of the blob: ingest itself knows an upload again, by its ETag.
  map(uploadQueueNames, queueName => { name: queueName, dropsDuplicates: false, maxDeliveryCount: functionsDeliveries, timeToLive: 'P14D' })
)

resource entities 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = [
  for queue in queues: {
    parent: bus
    name: queue.name
    properties: {
      requiresDuplicateDetection: queue.dropsDuplicates
      duplicateDetectionHistoryTimeWindow: 'PT10M'
      // Short, and renewed by who works on the message, the trainer or the Functions host: after a kill it is free again within a minute.
      lockDuration: 'PT1M'
      maxDeliveryCount: queue.maxDeliveryCount
      defaultMessageTimeToLive: queue.timeToLive
      deadLetteringOnMessageExpiration: true
    }
  }
]

// Sends, receives, dead letters too, and counts the messages: the platform scales the app by their number, which takes the right "manage".
resource functionsRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (queue, i) in queues: {
    scope: entities[i]
    name: guid(entities[i].id, 'functions', roleIds.serviceBusOwner)
    properties: {
      principalId: functions.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.serviceBusOwner)
    }
  }
]

// The trainer takes requests, and sends the next ones of a sweep.
resource trainerRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for roleId in [roleIds.serviceBusReceiver, roleIds.serviceBusSender]: {
    // The first is the queue of training requests.
    scope: entities[0]
    name: guid(entities[0].id, 'trainer', roleId)
    properties: {
      principalId: trainer.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleId)
    }
  }
]

// The scaler reads the queue's message count, which takes the right "manage". On the namespace, as the platform documents
// it; the namespace holds these queues and no others, and no container can use the identity.
resource scalerRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
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
