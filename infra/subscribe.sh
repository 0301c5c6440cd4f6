#!/bin/sh
# Connects uploads to the running functions app where it is an isolated worker (FUNCTIONS_HOSTING). A custom handler takes them from queues,
# which the templates fill. Repeat it after a change of the app's key blobs_extension.
# usage: infra/subscribe.sh RESOURCE_GROUP
set -eu
group=${1:?usage: infra/subscribe.sh RESOURCE_GROUP}
cd "$(dirname "$0")"

# Of a resource, as Azure has it: az's own commands for sites show the plans in different shapes.
show() { az resource show --resource-group "$group" --resource-type "$1" --name "$2" --query "$3" --output tsv; }

# On Flex Consumption the app is a site, else a container app.
site=$(az functionapp list --resource-group "$group" --query "[0].name" --output tsv)
if [ -n "$site" ]; then
  runtime=$(show Microsoft.Web/sites "$site" properties.functionAppConfig.runtime.name)
  host=$(show Microsoft.Web/sites "$site" properties.defaultHostName)
else
  runtime=$(show Microsoft.App/containerApps functions "properties.template.containers[0].env[?name=='FUNCTIONS_WORKER_RUNTIME'] | [0].value")
  host=$(show Microsoft.App/containerApps functions properties.configuration.ingress.fqdn)
fi
[ "$runtime" = dotnet-isolated ] || {
  echo "The functions app in $group is no isolated worker but '$runtime': its uploads come over queues, and there is nothing to connect. For an isolated worker deploy with FUNCTIONS_HOSTING=IsolatedWorker first." >&2
  exit 1
}

# Wakes the app, which may have scaled to zero; keys can be read, and the endpoint validated, only while it runs.
curl --silent --show-error --fail --output /dev/null \
  --retry 30 --retry-delay 10 --retry-all-errors "https://$host/api/health"

if [ -n "$site" ]; then
  EVENTS_SYSTEM_KEY=$(az functionapp keys list --resource-group "$group" --name "$site" --query systemKeys.blobs_extension --output tsv)
else
  EVENTS_SYSTEM_KEY=$(az containerapp function keys show --resource-group "$group" --name functions \
    --key-type systemKey --key-name blobs_extension --query value.value --output tsv)
fi
export EVENTS_SYSTEM_KEY FUNCTIONS_HOST="$host"
[ -n "$EVENTS_SYSTEM_KEY" ] || {
  echo "The functions app has no system key blobs_extension: is the app with IngestDataset deployed?" >&2
  exit 1
}

az deployment group create --resource-group "$group" --name events --parameters events.bicepparam --output none
echo "Uploads to the containers datasets and inbox now reach https://$host."
