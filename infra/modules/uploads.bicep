metadata description = 'What an upload is, and which containers take them: shared by the subscriptions for both ways of hosting.'

@export()
@description('The source of the events.')
var topicName = 'evgt-datasets'

@export()
@description('The containers that files are dropped into. The name is that of the event subscription, and of the queue that it fills.')
var uploads = [
  { name: 'dataset-uploads', container: 'datasets', function: 'IngestDataset' }
  { name: 'inbox-uploads', container: 'inbox', function: 'ReceiveFile' }
]

@export()
@description('A finished upload to a container.')
func uploadFilter(container string) resourceInput<'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15'>.properties.filter => {
  includedEventTypes: ['Microsoft.Storage.BlobCreated']
  subjectBeginsWith: '/blobServices/default/containers/${container}/blobs/'
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

@export()
@description('How often Event Grid tries to deliver: for a day.')
var uploadRetries = { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 }

@export()
@description('Where an event goes that could not be delivered; the id is that of the host storage account.')
func undeliveredUploads(storageId string) resourceInput<'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15'>.properties.deadLetterWithResourceIdentity => {
  identity: { type: 'SystemAssigned' }
  deadLetterDestination: {
    endpointType: 'StorageBlob'
    properties: { resourceId: storageId, blobContainerName: 'event-dead-letters' }
  }
}
