metadata description = 'The subscriptions to uploads for the isolated worker, whose blob trigger takes events over a webhook only. Deployed after the code, because Event Grid calls a webhook before it accepts it.'

import { topicName, undeliveredUploads, uploadFilter, uploadRetries, uploads } from 'modules/uploads.bicep'

@description('System key blobs_extension of the functions app; the webhook takes no other proof of who calls.')
@secure()
param systemKey string

@description('Host name of the functions app, wherever it runs.')
param functionsHost string

// As in main.bicep.
var token = uniqueString(subscription().id, resourceGroup().name)

resource hostStorage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: 'sthost${token}'
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: topicName
}

// One at a time: Event Grid takes no two changes of a topic at once.
@batchSize(1)
resource subscriptions 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = [
  for upload in uploads: {
    parent: topic
    name: upload.name
    properties: {
      eventDeliverySchema: 'EventGridSchema'
      destination: {
        endpointType: 'WebHook'
        properties: {
          // Secure through its parameter; the rule does not see through the interpolation.
          #disable-next-line use-secure-value-for-secure-inputs
          endpointUrl: 'https://${functionsHost}/runtime/webhooks/blobs?functionName=Host.Functions.${upload.function}&code=${systemKey}'
          maxEventsPerBatch: 1
          minimumTlsVersionAllowed: '1.2'
        }
      }
      filter: uploadFilter(upload.container)
      retryPolicy: uploadRetries
      deadLetterWithResourceIdentity: undeliveredUploads(hostStorage.id)
    }
  }
]
