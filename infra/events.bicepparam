using 'events.bicep'

// From the environment, so that the key stands in no file and on no command line. subscribe.sh sets it.
param systemKey = readEnvironmentVariable('EVENTS_SYSTEM_KEY')
param functionsHost = readEnvironmentVariable('FUNCTIONS_HOST')
