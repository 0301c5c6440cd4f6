using 'main.bicep'

// For trying it out: no GPU quota needed, and next to nothing to pay while nobody uses it.

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'classifier-trial')
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')

// Set by azd after a build; with plain az, exported (docs/deploy.md).
param functionsImage = readEnvironmentVariable('SERVICE_FUNCTIONS_IMAGE_NAME', '')
param trainerImage = readEnvironmentVariable('SERVICE_TRAINER_IMAGE_NAME', '')

param uploaderPrincipalId = readEnvironmentVariable('AZURE_PRINCIPAL_ID', '')
param uploaderPrincipalType = readEnvironmentVariable('AZURE_PRINCIPAL_TYPE', 'User')
param alertEmail = readEnvironmentVariable('ALERT_EMAIL', '')
param entraTenantId = readEnvironmentVariable('ENTRA_TENANT_ID', '')
param entraAudience = readEnvironmentVariable('ENTRA_AUDIENCE', '')
// Your own prices, for example '[{"accelerator": "T4", "perHour": "1.00"}]'; that 1.00 is an example and no price of anybody's.
param trainingRates = json(readEnvironmentVariable('TRAINING_RATES', '[]'))
param ratesCurrency = readEnvironmentVariable('RATES_CURRENCY', '')
param monthlyBudget = 50
param budgetStartDate = readEnvironmentVariable('BUDGET_START_DATE', '')

param trainerProfile = 'Consumption'
param trainerMaxExecutions = 1
param functionsMinReplicas = 0
// Container Apps waits five minutes before it stops the last container: a timer of five minutes would keep it up, and paid for.
param functionsCheckSchedule = '0 0 * * * *'
param functionsMaxReplicas = 2
param functionsPlan = readEnvironmentVariable('FUNCTIONS_PLAN', 'ContainerApps')
param functionsHosting = readEnvironmentVariable('FUNCTIONS_HOSTING', 'CustomHandler')
