metadata description = 'One identity per duty, so that each holds the roles of that duty and no more.'

import { identity, tagSet } from 'types.bicep'

param location string
param tags tagSet

resource functions 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-functions'
  location: location
  tags: tags
}

resource trainer 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-trainer'
  location: location
  tags: tags
}

@description('Counts messages so that the platform knows when to start a trainer. The trainer itself cannot use it.')
resource scaler 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-scaler'
  location: location
  tags: tags
}

@description('Pulls images. No container can use it.')
resource pull 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-pull'
  location: location
  tags: tags
}

output functions identity = {
  id: functions.id
  clientId: functions.properties.clientId
  principalId: functions.properties.principalId
}

output trainer identity = {
  id: trainer.id
  clientId: trainer.properties.clientId
  principalId: trainer.properties.principalId
}

output scaler identity = {
  id: scaler.id
  clientId: scaler.properties.clientId
  principalId: scaler.properties.principalId
}

output pull identity = {
  id: pull.id
  clientId: pull.properties.clientId
  principalId: pull.properties.principalId
}
