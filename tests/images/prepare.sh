#!/usr/bin/env bash
# Tags the two images that the tests start: pipeline-tests/azurite and pipeline-tests/rabbitmq.
# The official images where a registry answers, else the same programs from npm and from Debian.
set -euo pipefail
cd "$(dirname "$0")"

prepare() {
  local tag=$1 official=$2 folder=$3
  docker image inspect "$tag" >/dev/null 2>&1 && return
  if timeout 300 docker pull -q "$official" >/dev/null 2>&1; then
    docker tag "$official" "$tag"
    return
  fi
  echo "No registry answers: building $tag"
  bash base-image.sh
  # npm runs on the host: an image build knows neither its cache nor its certificates.
  if [ -f "$folder/package-lock.json" ]; then npm ci --prefix "$folder" --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error; fi
  local log
  log=$(mktemp)
  docker build -t "$tag" "$folder" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
  rm -f "$log"
}

prepare pipeline-tests/azurite:3.35.0 mcr.microsoft.com/azure-storage/azurite:3.35.0 azurite
prepare pipeline-tests/rabbitmq:4 rabbitmq:4 rabbitmq
