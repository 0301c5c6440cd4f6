#!/bin/sh
# Deploys the functions app as a package, where it runs on Flex Consumption (FUNCTIONS_PLAN), built as FUNCTIONS_HOSTING says.
# Needs the .NET SDK of global.json and zip.
# usage: infra/deploy-package.sh RESOURCE_GROUP
set -eu
group=${1:?usage: infra/deploy-package.sh RESOURCE_GROUP}
hosting=${FUNCTIONS_HOSTING:-CustomHandler}
cd "$(dirname "$0")/.."

site=$(az functionapp list --resource-group "$group" --query "[0].name" --output tsv)
[ -n "$site" ] || {
  echo "There is no functions app on Flex Consumption in $group: deploy with FUNCTIONS_PLAN=FlexConsumption first." >&2
  exit 1
}

# The custom handler brings its own .NET, but no native code: that would be bound to the C library of this machine. An isolated worker is started by the platform's .NET.
case $hosting in
  CustomHandler) self_contained=true ;;
  IsolatedWorker) self_contained=false ;;
  *) echo "FUNCTIONS_HOSTING is '$hosting'; it must be CustomHandler or IsolatedWorker." >&2; exit 1 ;;
esac

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
dotnet publish functions --nologo -c Release --self-contained $self_contained --output "$folder/app" -p:FunctionsHosting="$hosting" -p:NativeFunctions=false \
  -p:PublishDocumentationFiles=false -p:PublishReferencesDocumentationFiles=false
(cd "$folder/app" && zip --quiet --recurse-paths "$folder/app.zip" .)
az functionapp deployment source config-zip --resource-group "$group" --name "$site" --src "$folder/app.zip" --output none
echo "The functions app $site runs the package."
