metadata description = 'A virtual network for the environment, and private names for storage and queue inside it.'

import { tagSet } from 'types.bicep'

param location string
param tags tagSet
param name string

resource network 'Microsoft.Network/virtualNetworks@2025-01-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: ['10.20.0.0/16'] }
    subnets: [
      {
        name: 'environment'
        properties: {
          addressPrefix: '10.20.0.0/23'
          delegations: [{ name: 'environment', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'endpoints'
        properties: { addressPrefix: '10.20.2.0/27' }
      }
    ]
  }

  resource environmentSubnet 'subnets' existing = {
    name: 'environment'
  }

  resource endpointSubnet 'subnets' existing = {
    name: 'endpoints'
  }
}

var zoneNames = [
  'privatelink.blob.${environment().suffixes.storage}'
  'privatelink.servicebus.windows.net'
]

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for zoneName in zoneNames: {
    name: zoneName
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (zoneName, i) in zoneNames: {
    parent: zones[i]
    name: name
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: network.id }
    }
  }
]

output environmentSubnetId string = network::environmentSubnet.id
output endpointSubnetId string = network::endpointSubnet.id
output blobZoneId string = zones[0].id
output serviceBusZoneId string = zones[1].id
