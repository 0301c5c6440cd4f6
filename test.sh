#!/usr/bin/env bash
# Builds everything and runs all tests. Needs the .NET SDK and Node.js; Docker and clang are installed (Debian, Ubuntu) if need be, and
# Docker is started and stopped again. The last line says how many tests passed, failed and were skipped.
#
#   ./test.sh                    everything
#   ./test.sh --unit             only what needs no containers
#   ./test.sh --filter PATTERN   test classes whose full name fits, for example '*RunStore*'
#
# PIPELINE_SKIP_CONTAINERS=1 skips the tests that need containers.
set -euo pipefail
cd "$(dirname "$0")"

unit=0
filter=()
while [ $# -gt 0 ]; do
  case $1 in
    --unit) unit=1 ;;
    --filter) filter=(--filter-class "${2:?--filter needs a pattern}"); shift ;;
    *) sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
  shift
done

results=TestResults
rm -rf "$results"
mkdir -p "$results"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
export PIPELINE_TEST_SESSION=$$

say() { printf '\n== %s (%d s)\n' "$1" "$SECONDS"; }

for tool in dotnet npm; do
  command -v "$tool" >/dev/null || { echo "$tool is missing: install the .NET SDK of global.json and Node.js 20 or later" >&2; exit 1; }
done

# Those that need containers come last.
projects=()
for file in tests/Pipeline.*/*.csproj; do
  case $file in
    */Pipeline.IntegrationTests.csproj | */Pipeline.EndToEndTests.csproj) ;;
    *) projects+=("$(basename "$file" .csproj)") ;;
  esac
done
if [ "$unit" = 0 ]; then
  projects+=(Pipeline.IntegrationTests Pipeline.EndToEndTests)
  if [ "${PIPELINE_SKIP_CONTAINERS:-}" != 1 ]; then
    . tests/docker-engine.sh
    trap 'remove_test_containers; stop_docker_engine' EXIT
    say "Docker engine"
    start_docker_engine "$PWD/$results"
    say "Images of Azurite and RabbitMQ"
    bash tests/images/prepare.sh
  fi
fi

say "Build"
# Locked, as in CI: a lock file that a changed reference left behind must not wait for CI to be found.
dotnet build Pipeline.sln --nologo -v q -p:RestoreLockedMode=true
# The other host of the functions app, which tests compare with the first. Not the Functions host's own extensions: the tests play that host.
if [ "$unit" = 0 ]; then
  # MSB4011: the Worker SDK and the web SDK both import the publishing SDK, which is the same one.
  dotnet build functions --nologo -v q -nowarn:MSB4011 -p:RestoreLockedMode=true -p:FunctionsHosting=IsolatedWorker -p:FunctionsExtensions=false
fi

if [ "$unit" = 0 ] && [ "${PIPELINE_SKIP_CONTAINERS:-}" != 1 ]; then
  say "Images of the functions app and the trainer"
  TAG=test ./build-images.sh
fi

passed=0 failed=0 skipped=0 broken=0
for project in "${projects[@]}"; do
  say "$project"
  log=$results/$project.log
  status=0
  dotnet run --project "tests/$project" --no-build -- --results-directory "$PWD/$results" \
    --report-xunit-trx --report-xunit-trx-filename "$project.trx" --progress off --no-ansi "${filter[@]}" 2>&1 </dev/null | tee "$log" || status=$?

  count() { sed -n "s/^ *$1: \([0-9]*\)\$/\1/p" "$log" | tail -1; }
  passed=$((passed + $(count succeeded || true) + 0))
  failed=$((failed + $(count failed || true) + 0))
  skipped=$((skipped + $(count skipped || true) + 0))
  # 8: no test fits the filter, which is no fault of a project.
  if [ "$status" != 0 ] && ! { [ "$status" = 8 ] && [ ${#filter[@]} -gt 0 ]; }; then
    echo "$project ended with exit code $status" >&2
    broken=1
  fi
done

say "Done"
if [ $((passed + failed)) = 0 ]; then broken=1; fi
code=0
if [ "$broken" = 1 ] || [ "$failed" -gt 0 ]; then code=1; fi
if [ -n "$(trap -p EXIT)" ]; then
  # Clean up first: the counts are the last line.
  trap - EXIT
  remove_test_containers
  stop_docker_engine
fi
echo "$passed passed, $failed failed, $skipped skipped"
exit "$code"
