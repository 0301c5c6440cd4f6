metadata description = 'The whole pipeline in one resource group.'

targetScope = 'subscription'

import { containerGrant, roleIds, trainingRate } from 'modules/types.bicep'
import { blobTriggerSettings, feedbackSettings, hostSettings, pipelineSettings, rateSettings } from 'modules/settings.bicep'
import { uploads } from 'modules/uploads.bicep'

@description('Names the resource group (rg-...) and tells one deployment from another.')
@minLength(1)
@maxLength(40)
param environmentName string

@description('Region. With a GPU profile it must be one that offers the GPU and in which the subscription has quota.')
param location string

@description('Image of the functions app; empty before the first build: a public placeholder.')
param functionsImage string = ''

@description('Image of the trainer; empty before the first build: a public placeholder.')
param trainerImage string = ''

@description('Where training runs. Consumption has no GPU and needs no quota.')
@allowed(['Consumption', 'Consumption-GPU-NC8as-T4', 'Consumption-GPU-NC24-A100'])
param trainerProfile string = 'Consumption-GPU-NC8as-T4'

@description('Seconds after which a training run is killed.')
@minValue(300)
param trainerTimeoutSeconds int = 21600

@description('Training runs at the same time.')
@minValue(1)
param trainerMaxExecutions int = 2

@description('What training costs on each accelerator, for estimates and in the run records; empty: no price is told. Look the prices up for your region and agreement.')
param trainingRates trainingRate[] = []

@description('Currency of those prices, for example EUR.')
param ratesCurrency string = ''

@description('Where the functions app runs: as an image on Container Apps, or as a package on a Flex Consumption plan, which has no private networking here.')
@allowed(['ContainerApps', 'FlexConsumption'])
param functionsPlan string = 'ContainerApps'

@description('How the functions app is built: as a custom handler, or as a .NET isolated worker, whose uploads come by a webhook (events.bicep), and which has no private networking here.')
@allowed(['CustomHandler', 'IsolatedWorker'])
param functionsHosting string = 'CustomHandler'

@description('Functions containers that always run; 0 costs nothing at rest and makes the first request wait.')
@minValue(0)
param functionsMinReplicas int = 0

@minValue(1)
param functionsMaxReplicas int = 5

@description('When runs that nobody works on are looked for; NCRONTAB, UTC. An app that is called every five minutes never scales to zero.')
param functionsCheckSchedule string = '0 */5 * * * *'

@description('Whether corrections of predictions are kept, which are texts of users, and predictions are counted to find drift.')
param feedbackEnabled bool = false

@description('CPU cores of a functions container; memory is 2 GiB per core.')
@allowed([1, 2, 4])
param functionsCores int = 1

@description('Redundancy of the data.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
param storageSku string = 'Standard_LRS'

@description('Days until a run that nothing changes any more is deleted. Models stay.')
@minValue(1)
param runRetentionDays int = 30

@description('Days for which a deleted or overwritten blob can be brought back.')
@minValue(1)
@maxValue(365)
param softDeleteDays int = 7

@description('Gigabytes of logs a day.')
@minValue(1)
param dailyLogQuotaGb int = 1

@description('Object id of the person or group that drops datasets; empty: nobody yet.')
param uploaderPrincipalId string = ''

@allowed(['User', 'Group', 'ServicePrincipal'])
param uploaderPrincipalType string = 'User'

@description('Address for alerts; empty: no alerts and no budget.')
param alertEmail string = ''

@minValue(1)
param monthlyBudget int = 50

@description('First day of the month in which the budget was made, yyyy-MM-01; empty: this month. A budget that is there keeps its date.')
param budgetStartDate string = ''

@description('Known only here; not to be set.')
param thisMonth string = utcNow('yyyy-MM-01')

@description('Storage and queue only inside a virtual network. Needs Service Bus Premium, and uploads from inside the network.')
param privateNetworking bool = false

@description('Entra ID tenant whose tokens the API asks for, beside its keys; empty: keys alone.')
param entraTenantId string = ''

@description('For whom such a token must be: the application id URI (api://...) of the app registration. Needed with a tenant.')
param entraAudience string = ''

// By the names that the code has for them.
var accelerators = {
  Consumption: 'cpu'
  'Consumption-GPU-NC8as-T4': 'T4'
  'Consumption-GPU-NC24-A100': 'A100'
}
var rates = rateSettings(accelerators[trainerProfile], ratesCurrency, trainingRates)
var isFlex = functionsPlan == 'FlexConsumption' && (!privateNetworking || bool(fail('functionsPlan FlexConsumption goes without privateNetworking: use ContainerApps.')))
var isIsolated = functionsHosting == 'IsolatedWorker' && (!privateNetworking || bool(fail('functionsHosting IsolatedWorker goes without privateNetworking, for its blob trigger needs storage queues: use CustomHandler.')))
var queueName = 'training-requests'
// The isolated worker has a blob trigger, which takes its events over a webhook only.
var uploadQueueNames = isIsolated ? [] : map(uploads, upload => upload.name)
var groupName = 'rg-${environmentName}'
// events.bicep derives the same from the resource group it is deployed to.
var token = uniqueString(subscription().id, groupName)
var serviceBusName = 'sb-${token}'
var storageName = 'st${token}'
var hostStorageName = 'sthost${token}'
// Known before the deployment starts, so that a what-if can follow it. The environment makes the app wait for it.
var insightsName = 'appi-${token}'
// azd finds the resource group by this tag.
var tags = { 'azd-env-name': environmentName }

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: groupName
  location: location
  tags: tags
}

module identities 'modules/identities.bicep' = {
  scope: group
  params: { location: location, tags: tags }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    workspaceName: 'log-${token}'
    insightsName: insightsName
    dailyQuotaGb: dailyLogQuotaGb
    functions: identities.outputs.functions
  }
}

// What each program may touch: ingest reads datasets and writes runs, classify reads models and promote moves their pointer, files to be classified are read in
// the inbox and their results written into the outbox, corrections and counts of predictions are kept where that is on, the trainer reads base
// models and writes runs and models. Nobody but the user writes datasets.
var programGrants containerGrant[] = [
  { container: 'datasets', role: 'blobReader', holder: 'functions', principalId: identities.outputs.functions.principalId, principalType: 'ServicePrincipal' }
  { container: 'base-models', role: 'blobReader', holder: 'functions', principalId: identities.outputs.functions.principalId, principalType: 'ServicePrincipal' }
  { container: 'runs', role: 'blobContributor', holder: 'functions', principalId: identities.outputs.functions.principalId, principalType: 'ServicePrincipal' }
  { container: 'models', role: 'blobContributor', holder: 'functions', principalId: identities.outputs.functions.principalId, principalType: 'ServicePrincipal' }
  { container: 'inbox', role: 'blobReader', holder: 'functions', principalId: identities.outputs.functions.principalId, principalType: 'ServicePrincipal' }
  { container: 'outbox', role: 'blobContributor', holder: 'functions', principalId: identities.outputs.functions.principalId, principalType: 'ServicePrincipal' }
  { container: 'feedback', role: 'blobContributor', holder: 'functions', principalId: identities.outputs.functions.principalId, principalType: 'ServicePrincipal' }
  { container: 'drift', role: 'blobContributor', holder: 'functions', principalId: identities.outputs.functions.principalId, principalType: 'ServicePrincipal' }
  { container: 'base-models', role: 'blobReader', holder: 'trainer', principalId: identities.outputs.trainer.principalId, principalType: 'ServicePrincipal' }
  { container: 'runs', role: 'blobContributor', holder: 'trainer', principalId: identities.outputs.trainer.principalId, principalType: 'ServicePrincipal' }
  { container: 'models', role: 'blobContributor', holder: 'trainer', principalId: identities.outputs.trainer.principalId, principalType: 'ServicePrincipal' }
]

// Held by id, so that another person can take over in a later deployment.
var uploaderGrants containerGrant[] = [
  { container: 'datasets', role: 'blobContributor', holder: uploaderPrincipalId, principalId: uploaderPrincipalId, principalType: uploaderPrincipalType }
  { container: 'base-models', role: 'blobContributor', holder: uploaderPrincipalId, principalId: uploaderPrincipalId, principalType: uploaderPrincipalType }
  { container: 'runs', role: 'blobReader', holder: uploaderPrincipalId, principalId: uploaderPrincipalId, principalType: uploaderPrincipalType }
  { container: 'models', role: 'blobReader', holder: uploaderPrincipalId, principalId: uploaderPrincipalId, principalType: uploaderPrincipalType }
  { container: 'inbox', role: 'blobContributor', holder: uploaderPrincipalId, principalId: uploaderPrincipalId, principalType: uploaderPrincipalType }
  { container: 'outbox', role: 'blobContributor', holder: uploaderPrincipalId, principalId: uploaderPrincipalId, principalType: uploaderPrincipalType }
  { container: 'feedback', role: 'blobContributor', holder: uploaderPrincipalId, principalId: uploaderPrincipalId, principalType: uploaderPrincipalType }
  { container: 'drift', role: 'blobReader', holder: uploaderPrincipalId, principalId: uploaderPrincipalId, principalType: uploaderPrincipalType }
]

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    name: storageName
    sku: storageSku
    runRetentionDays: runRetentionDays
    softDeleteDays: softDeleteDays
    publicNetworkAccess: !privateNetworking
    grants: concat(programGrants, empty(uploaderPrincipalId) ? [] : uploaderGrants)
  }
}

module hostStorage 'modules/host-storage.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    name: hostStorageName
    publicNetworkAccess: !privateNetworking
    functions: identities.outputs.functions
  }
}

module serviceBus 'modules/service-bus.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    name: serviceBusName
    trainingQueueName: queueName
    uploadQueueNames: uploadQueueNames
    sku: privateNetworking ? 'Premium' : 'Standard'
    publicNetworkAccess: !privateNetworking
    endpointSubnetId: privateNetworking ? network!.outputs.endpointSubnetId : ''
    functions: identities.outputs.functions
    trainer: identities.outputs.trainer
    scaler: identities.outputs.scaler
  }
}

// The blob trigger keeps what waits in a queue of the host's account, and what failed in one beside the blobs.
module queueRoles 'modules/account-role.bicep' = [
  for accountName in [storageName, hostStorageName]: if (isIsolated) {
    scope: group
    name: 'role-queues-${accountName}'
    params: {
      accountName: accountName
      principalId: identities.outputs.functions.principalId
      roleId: roleIds.queueContributor
    }
    dependsOn: [storage, hostStorage]
  }
]

module registry 'modules/registry.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    name: 'cr${token}'
    sku: 'Basic'
    pull: identities.outputs.pull
  }
}

module network 'modules/network.bicep' = if (privateNetworking) {
  scope: group
  params: { location: location, tags: tags, name: 'vnet-${token}' }
}

module storageEndpoint 'modules/private-endpoint.bicep' = if (privateNetworking) {
  scope: group
  params: {
    location: location
    tags: tags
    name: 'pe-storage'
    subnetId: network!.outputs.endpointSubnetId
    targetId: storage.outputs.id
    groupId: 'blob'
    zoneId: network!.outputs.blobZoneId
  }
}

module hostStorageEndpoint 'modules/private-endpoint.bicep' = if (privateNetworking) {
  scope: group
  params: {
    location: location
    tags: tags
    name: 'pe-host-storage'
    subnetId: network!.outputs.endpointSubnetId
    targetId: hostStorage.outputs.id
    groupId: 'blob'
    zoneId: network!.outputs.blobZoneId
  }
}

module serviceBusEndpoint 'modules/private-endpoint.bicep' = if (privateNetworking) {
  scope: group
  params: {
    location: location
    tags: tags
    name: 'pe-service-bus'
    subnetId: network!.outputs.endpointSubnetId
    targetId: serviceBus.outputs.id
    groupId: 'namespace'
    zoneId: network!.outputs.serviceBusZoneId
  }
}

module environment 'modules/container-environment.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    name: 'cae-${token}'
    workspaceId: monitoring.outputs.workspaceId
    trainerProfile: trainerProfile
    subnetId: privateNetworking ? network!.outputs.environmentSubnetId : ''
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  scope: group
  name: insightsName
}

var functionsSettings = concat(
  hostSettings(
    identities.outputs.functions.clientId,
    hostStorage.outputs.blobServiceUri,
    serviceBus.outputs.host,
    functionsCheckSchedule,
    insights.properties.ConnectionString
  ),
  pipelineSettings(
    storage.outputs.blobServiceUri,
    serviceBus.outputs.host,
    queueName,
    identities.outputs.functions.clientId
  ),
  !isIsolated ? [] : blobTriggerSettings(
    identities.outputs.functions.clientId,
    storage.outputs.blobServiceUri,
    storage.outputs.queueServiceUri,
    hostStorage.outputs.queueServiceUri
  ),
  rates,
  feedbackSettings(feedbackEnabled),
  empty(entraTenantId) && empty(entraAudience) ? [] : [
    { name: 'Pipeline__Auth__TenantId', value: entraTenantId }
    { name: 'Pipeline__Auth__Audience', value: entraAudience }
  ]
)

module functionsApp 'modules/functions-app.bicep' = if (!isFlex) {
  scope: group
  params: {
    location: location
    tags: tags
    environmentId: environment.outputs.id
    image: empty(functionsImage) ? 'mcr.microsoft.com/k8se/quickstart-functions:latest' : functionsImage
    registryServer: registry.outputs.loginServer
    functions: identities.outputs.functions
    pull: identities.outputs.pull
    minReplicas: functionsMinReplicas
    maxReplicas: functionsMaxReplicas
    cores: functionsCores
    isIsolated: isIsolated
    settings: functionsSettings
  }
}

module functionsFlex 'modules/functions-flex.bicep' = if (isFlex) {
  scope: group
  params: {
    location: location
    tags: tags
    // The name is a part of a host name, which is taken once in the world.
    name: 'func-${token}'
    packageContainerUri: hostStorage.outputs.packageContainerUri
    functions: identities.outputs.functions
    alwaysReady: functionsMinReplicas
    maxInstances: max(40, functionsMaxReplicas)
    instanceMemoryMB: functionsCores > 1 ? 4096 : 2048
    isIsolated: isIsolated
    settings: functionsSettings
  }
  // By its name alone nothing waits for Application Insights.
  dependsOn: [monitoring]
}

module trainerJob 'modules/trainer-job.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    environmentId: environment.outputs.id
    profileName: environment.outputs.trainerProfileName
    profileType: trainerProfile
    image: empty(trainerImage) ? 'mcr.microsoft.com/k8se/quickstart-jobs:latest' : trainerImage
    registryServer: registry.outputs.loginServer
    serviceBusName: serviceBusName
    queueName: queueName
    timeoutSeconds: trainerTimeoutSeconds
    maxExecutions: trainerMaxExecutions
    trainer: identities.outputs.trainer
    scaler: identities.outputs.scaler
    pull: identities.outputs.pull
    pipelineSettings: concat(
      pipelineSettings(
        storage.outputs.blobServiceUri,
        serviceBus.outputs.host,
        queueName,
        identities.outputs.trainer.clientId
      ),
      rates
    )
  }
}

module eventTopic 'modules/event-topic.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    storageId: storage.outputs.id
    hostStorageName: hostStorageName
    serviceBusName: serviceBusName
    queueNames: uploadQueueNames
  }
  // By their names alone nothing waits for the container and the queues on which it gets its roles.
  dependsOn: [hostStorage, serviceBus]
}

module uploadSubscriptions 'modules/upload-subscriptions.bicep' = if (!isIsolated) {
  scope: group
  params: {
    serviceBusName: serviceBusName
    hostStorageId: hostStorage.outputs.id
  }
  // Event Grid tries its roles when a subscription is made, and a new role takes minutes to spread. These two come last, and take minutes.
  dependsOn: [eventTopic, trainerJob, functionsApp]
}

module alerts 'modules/alerts.bicep' = if (!empty(alertEmail)) {
  scope: group
  params: {
    tags: tags
    location: location
    workspaceId: monitoring.outputs.workspaceId
    email: alertEmail
    serviceBusId: serviceBus.outputs.id
    functionsAppId: isFlex ? functionsFlex!.outputs.id : functionsApp!.outputs.id
    isFlex: isFlex
    eventTopicId: eventTopic.outputs.id
    monthlyBudget: monthlyBudget
    budgetStartDate: empty(budgetStartDate) ? thisMonth : budgetStartDate
  }
}

module workbook 'modules/workbook.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    serviceBusId: serviceBus.outputs.id
    isFlex: isFlex
  }
}

// azd looks for these two by their names.
output AZURE_RESOURCE_GROUP string = group.name
output AZURE_CONTAINER_REGISTRY_ENDPOINT string = registry.outputs.loginServer
// For people, who read them with azd or az: az shows them as Azure does, which changes names in capitals.
@description('The API: POST {endpoint}/api/models/{name}/classify')
output endpoint string = 'https://${isFlex ? functionsFlex!.outputs.host : functionsApp!.outputs.fqdn}'
@description('The account into whose containers datasets and files are dropped.')
output storageAccount string = storage.outputs.name
