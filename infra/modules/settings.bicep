metadata description = 'What both programs read from their configuration: sections Pipeline:Storage and Pipeline:Queue.'

import { setting } from 'types.bicep'

@export()
@description('The environment variables that point a program at storage and queue, and name the identity to reach them with.')
func pipelineSettings(blobServiceUri string, serviceBusHost string, queueName string, clientId string) setting[] => [
  { name: 'Pipeline__Storage__BlobServiceUri', value: blobServiceUri }
  { name: 'Pipeline__Storage__ClientId', value: clientId }
  { name: 'Pipeline__Queue__Address', value: 'amqps://${serviceBusHost}' }
  { name: 'Pipeline__Queue__EntityPath', value: queueName }
  { name: 'Pipeline__Queue__ClientId', value: clientId }
]

@export()
@description('What the functions app alone reads: section Pipeline:Feedback.')
func feedbackSettings(enabled bool) setting[] => [
  { name: 'Pipeline__Feedback__Enabled', value: string(enabled) }
]
