metadata description = 'The subscriptions to uploads. Deployed after the code, because Event Grid calls the endpoint before it accepts it. docs/deploy.md has the reasons for this kind of delivery.'

@description('System key eventgrid_extension of the functions app; the webhook takes no other proof of who calls.')
@secure()
param systemKey string

@description('Host name of the functions app, wherever it runs.')
param functionsHost string

// As in main.bicep.
var token = uniqueString(subscription().id, resourceGroup().name)

resource eventsIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: 'id-events'
}

resource hostStorage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: 'sthost${token}'
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: 'evgt-datasets'
}

// One at a time: Event Grid takes no two changes of a topic at once.
var subscriptions = [
  { name: 'dataset-uploads', container: 'datasets', function: 'IngestDataset' }
  { name: 'inbox-uploads', container: 'inbox', function: 'ReceiveFile' }
]

@batchSize(1)
resource uploads 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = [
  for subscription in subscriptions: {
    parent: topic
    name: subscription.name
    properties: {
      eventDeliverySchema: 'EventGridSchema'
      destination: {
        endpointType: 'WebHook'
        properties: {
          // Secure through its parameter; the rule does not see through the interpolation.
          #disable-next-line use-secure-value-for-secure-inputs
          endpointUrl: 'https://${functionsHost}/runtime/webhooks/eventgrid?functionName=${subscription.function}&code=${systemKey}'
          maxEventsPerBatch: 1
          minimumTlsVersionAllowed: '1.2'
        }
      }
      filter: {
        includedEventTypes: ['Microsoft.Storage.BlobCreated']
        subjectBeginsWith: '/blobServices/default/containers/${subscription.container}/blobs/'
        isSubjectCaseSensitive: true
        advancedFilters: [
          {
            // Only calls after which the blob is whole; CreateFile and the like announce an empty one.
            operatorType: 'StringIn'
            key: 'data.api'
            values: ['PutBlob', 'PutBlockList', 'CopyBlob', 'FlushWithClose']
          }
        ]
      }
      retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 }
      deadLetterWithResourceIdentity: {
        identity: { type: 'UserAssigned', userAssignedIdentity: eventsIdentity.id }
        deadLetterDestination: {
          endpointType: 'StorageBlob'
          properties: { resourceId: hostStorage.id, blobContainerName: 'event-dead-letters' }
        }
      }
    }
  }
]
