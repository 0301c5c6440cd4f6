metadata description = 'The source of upload events. The subscription to it is made after the code is up, by events.bicep.'

import { identity, tagSet } from 'types.bicep'

param location string
param tags tagSet
param storageId string
param events identity

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  // events.bicep looks for it by this name.
  name: 'evgt-datasets'
  location: location
  tags: tags
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${events.id}': {} }
  }
  properties: {
    source: storageId
    topicType: 'Microsoft.Storage.StorageAccounts'
  }
}

output id string = topic.id
