using 'main.bicep'

// For use: a GPU, one functions container always up, data in three zones, and someone who gets the alerts.

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'classifier')
param location = readEnvironmentVariable('AZURE_LOCATION', 'swedencentral')

// Set by azd after a build; with plain az, exported (docs/deploy.md).
param functionsImage = readEnvironmentVariable('SERVICE_FUNCTIONS_IMAGE_NAME', '')
param trainerImage = readEnvironmentVariable('SERVICE_TRAINER_IMAGE_NAME', '')

param uploaderPrincipalId = readEnvironmentVariable('AZURE_PRINCIPAL_ID', '')
param uploaderPrincipalType = readEnvironmentVariable('AZURE_PRINCIPAL_TYPE', 'User')
// No default: production without someone who is told is a mistake.
var email = readEnvironmentVariable('ALERT_EMAIL', '')
param alertEmail = empty(email) ? fail('ALERT_EMAIL is not set: who gets the alerts?') : email
param entraTenantId = readEnvironmentVariable('ENTRA_TENANT_ID', '')
param entraAudience = readEnvironmentVariable('ENTRA_AUDIENCE', '')
// Your own prices, for example '[{"accelerator": "T4", "perHour": "1.00"}]'; that 1.00 is an example and no price of anybody's.
param trainingRates = json(readEnvironmentVariable('TRAINING_RATES', '[]'))
param ratesCurrency = readEnvironmentVariable('RATES_CURRENCY', '')
param monthlyBudget = 500
param budgetStartDate = readEnvironmentVariable('BUDGET_START_DATE', '')

param trainerProfile = readEnvironmentVariable('TRAINER_PROFILE', 'Consumption-GPU-NC8as-T4')
param trainerTimeoutSeconds = 43200
param trainerMaxExecutions = 4
param functionsMinReplicas = 1
param functionsMaxReplicas = 20
param functionsCores = 2
param storageSku = 'Standard_ZRS'
param runRetentionDays = 180
param softDeleteDays = 30
param dailyLogQuotaGb = 5
param privateNetworking = bool(readEnvironmentVariable('PRIVATE_NETWORKING', 'false'))
param functionsPlan = readEnvironmentVariable('FUNCTIONS_PLAN', 'ContainerApps')
param functionsHosting = readEnvironmentVariable('FUNCTIONS_HOSTING', 'CustomHandler')
