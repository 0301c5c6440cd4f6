metadata description = 'The source of upload events, and what it may do: fill the queues of uploads, and keep events that it could not deliver.'

import { roleIds, tagSet } from 'types.bicep'
import { topicName } from 'uploads.bicep'

param location string
param tags tagSet
param storageId string
param hostStorageName string
param serviceBusName string

@description('The queues that it fills; none where the events go to a webhook.')
param queueNames string[]

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: topicName
  location: location
  tags: tags
  // Its own identity, and none that others could be given: firewalls let Event Grid through with this kind only.
  identity: { type: 'SystemAssigned' }
  properties: {
    source: storageId
    topicType: 'Microsoft.Storage.StorageAccounts'
  }
}

resource queues 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' existing = [
  for queueName in queueNames: {
    name: '${serviceBusName}/${queueName}'
  }
]

resource senders 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (queueName, i) in queueNames: {
    scope: queues[i]
    name: guid(queues[i].id, 'events', roleIds.serviceBusSender)
    properties: {
      principalId: topic.identity.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.serviceBusSender)
    }
  }
]

resource deadLetters 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' existing = {
  name: '${hostStorageName}/default/event-dead-letters'
}

resource deadLetterRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: deadLetters
  name: guid(deadLetters.id, 'events', roleIds.blobContributor)
  properties: {
    principalId: topic.identity.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.blobContributor)
  }
}

output id string = topic.id
