#!/bin/sh
# Connects uploads to the running functions app. Repeat it after a change of the app's keys.
# usage: infra/subscribe.sh RESOURCE_GROUP      (azd calls it without, and sets AZURE_RESOURCE_GROUP)
set -eu
group=${1:-${AZURE_RESOURCE_GROUP:?usage: infra/subscribe.sh RESOURCE_GROUP}}
cd "$(dirname "$0")"

# On Flex Consumption the app is a site, else a container app.
site=$(az functionapp list --resource-group "$group" --query "[0].name" --output tsv)
if [ -n "$site" ]; then
  host=$(az functionapp show --resource-group "$group" --name "$site" --query defaultHostName --output tsv)
else
  host=$(az containerapp show --resource-group "$group" --name functions \
    --query properties.configuration.ingress.fqdn --output tsv)
fi

# Wakes the app, which may have scaled to zero; keys can be read, and the endpoint validated, only while it runs.
curl --silent --show-error --fail --output /dev/null \
  --retry 30 --retry-delay 10 --retry-all-errors "https://$host/api/health"

if [ -n "$site" ]; then
  EVENTS_SYSTEM_KEY=$(az functionapp keys list --resource-group "$group" --name "$site" --query systemKeys.eventgrid_extension --output tsv)
else
  EVENTS_SYSTEM_KEY=$(az containerapp function keys show --resource-group "$group" --name functions \
    --key-type systemKey --key-name eventgrid_extension --query value.value --output tsv)
fi
export EVENTS_SYSTEM_KEY FUNCTIONS_HOST="$host"
[ -n "$EVENTS_SYSTEM_KEY" ] || {
  echo "The functions app has no system key eventgrid_extension: is the app with IngestDataset deployed?" >&2
  exit 1
}

az deployment group create --resource-group "$group" --name events --parameters events.bicepparam --output none
echo "Uploads to the container datasets now reach https://$host."
