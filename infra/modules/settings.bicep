metadata description = 'What both programs read from their configuration: sections Pipeline:Storage and Pipeline:Queue.'

import { setting, trainingRate } from 'types.bicep'

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
@description('What training costs: section Pipeline:Rates, which both programs read. The functions app estimates by it, the trainer writes what a run has cost.')
func rateSettings(accelerator string, currency string, rates trainingRate[]) setting[] => concat(
  [
    { name: 'Pipeline__Rates__Accelerator', value: accelerator }
    { name: 'Pipeline__Rates__Currency', value: currency }
  ],
  flatten(map(rates, rate => filter([
    { name: 'Pipeline__Rates__Accelerators__${rate.accelerator}__PerHour', value: rate.?perHour ?? '' }
    { name: 'Pipeline__Rates__Accelerators__${rate.accelerator}__PeakTflops', value: rate.?peakTflops ?? '' }
    { name: 'Pipeline__Rates__Accelerators__${rate.accelerator}__Utilisation', value: rate.?utilisation ?? '' }
    { name: 'Pipeline__Rates__Accelerators__${rate.accelerator}__StartSeconds', value: rate.?startSeconds ?? '' }
  ], setting => !empty(setting.value))))
)

@export()
@description('What the functions app alone reads: section Pipeline:Feedback.')
func feedbackSettings(enabled bool) setting[] => [
  { name: 'Pipeline__Feedback__Enabled', value: string(enabled) }
]

@export()
@description('What the Functions host reads, wherever it runs; insights is the connection string of Application Insights, which takes no keys.')
func hostSettings(clientId string, hostBlobServiceUri string, serviceBusHost string, checkRunsSchedule string, insights string) setting[] => [
  { name: 'AzureWebJobsStorage__credential', value: 'managedidentity' }
  { name: 'AzureWebJobsStorage__clientId', value: clientId }
  { name: 'AzureWebJobsStorage__blobServiceUri', value: hostBlobServiceUri }
  // The connection of the queue triggers, by the name that their function.json has.
  { name: 'ServiceBus__fullyQualifiedNamespace', value: serviceBusHost }
  { name: 'ServiceBus__credential', value: 'managedidentity' }
  { name: 'ServiceBus__clientId', value: clientId }
  // Named in functions/CheckRuns/function.json.
  { name: 'CHECK_RUNS_SCHEDULE', value: checkRunsSchedule }
  // The default keeps the access keys in the container's own files, and loses them with it.
  { name: 'AzureWebJobsSecretStorageType', value: 'blob' }
  { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: insights }
  { name: 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING', value: 'ClientId=${clientId};Authorization=AAD' }
]

@export()
@description('What the Functions host reads beside for the blob trigger of the isolated worker: where the blobs are, and the queues for what waits and what failed.')
func blobTriggerSettings(clientId string, blobServiceUri string, queueServiceUri string, hostQueueServiceUri string) setting[] => [
  { name: 'AzureWebJobsStorage__queueServiceUri', value: hostQueueServiceUri }
  // By the name that the trigger's attribute has.
  { name: 'PipelineStorage__blobServiceUri', value: blobServiceUri }
  { name: 'PipelineStorage__queueServiceUri', value: queueServiceUri }
  { name: 'PipelineStorage__credential', value: 'managedidentity' }
  { name: 'PipelineStorage__clientId', value: clientId }
]
