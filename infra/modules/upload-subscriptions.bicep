metadata description = 'Brings the events of uploads into their queues, from which the functions app takes them. events.bicep is the other way, for the isolated worker.'

import { topicName, undeliveredUploads, uploadFilter, uploadRetries, uploads } from 'uploads.bicep'

param serviceBusName string
param hostStorageId string

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: topicName
}

resource queues 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' existing = [
  for upload in uploads: {
    name: '${serviceBusName}/${upload.name}'
  }
]

// One at a time: Event Grid takes no two changes of a topic at once.
@batchSize(1)
resource subscriptions 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = [
  for (upload, i) in uploads: {
    parent: topic
    name: upload.name
    properties: {
      eventDeliverySchema: 'EventGridSchema'
      deliveryWithResourceIdentity: {
        identity: { type: 'SystemAssigned' }
        destination: {
          endpointType: 'ServiceBusQueue'
          properties: { resourceId: queues[i].id }
        }
      }
      filter: uploadFilter(upload.container)
      retryPolicy: uploadRetries
      deadLetterWithResourceIdentity: undeliveredUploads(hostStorageId)
    }
  }
]
