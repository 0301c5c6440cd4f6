# Sourced by test.sh: makes sure that a Docker engine answers, and takes back what it did.
# start_docker_engine LOG_FOLDER; remove_test_containers; stop_docker_engine

engine_pid=
. "$(dirname "${BASH_SOURCE[0]}")/../build/as-root.sh"

engine_answers() { docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

# One try: succeeds when the engine answers. A sandbox may have no overlay file system, or only the older packet filter.
try_dockerd() {
  local log=$1 path=$2
  shift 2
  echo "Starting dockerd $*"
  # The socket belongs to this user's group, who need not be root.
  "${as_root[@]}" env PATH="$path" setsid dockerd --group "$(id -g)" "$@" >>"$log" 2>&1 </dev/null &
  engine_pid=$!
  for _ in $(seq 60); do
    if engine_answers; then return 0; fi
    if [ ! -d "/proc/$engine_pid" ]; then break; fi
    sleep 0.5
  done
  stop_docker_engine
  return 1
}

# A folder in which the packet filter's old tools go by the plain names.
legacy_iptables() {
  local folder=$1/iptables-legacy
  mkdir -p "$folder"
  for tool in iptables ip6tables; do ln -sf "$(command -v "$tool-legacy" || echo "/usr/sbin/$tool-legacy")" "$folder/$tool"; done
  echo "$folder"
}

start_docker_engine() {
  local log=$1/dockerd.log
  if engine_answers; then return 0; fi
  if [ -n "${DOCKER_HOST:-}" ]; then
    echo "The engine at DOCKER_HOST=$DOCKER_HOST does not answer" >&2
    return 1
  fi
  command -v dockerd >/dev/null || apt_install Docker "install and start Docker" docker.io iptables debootstrap
  # Debian's docker.io brings the client only as a recommendation from version 26 on.
  command -v docker >/dev/null || DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends docker-cli >/dev/null

  # Installing may have started it; else there may be a service manager to ask.
  if [ -d /run/systemd/system ]; then "${as_root[@]}" systemctl start docker || true; fi
  for _ in 1 2 3 4 5; do
    if engine_answers; then return 0; fi
    sleep 1
  done

  local path=$PATH:/usr/sbin:/sbin legacy
  legacy=$(legacy_iptables "$1"):$path
  try_dockerd "$log" "$path" && return 0
  try_dockerd "$log" "$legacy" && return 0
  try_dockerd "$log" "$path" --storage-driver=vfs && return 0
  try_dockerd "$log" "$legacy" --storage-driver=vfs && return 0
  echo "No Docker engine could be started; its log ends with:" >&2
  tail -20 "$log" >&2
  echo "Start one yourself, or set PIPELINE_SKIP_CONTAINERS=1 to leave out the tests that need containers" >&2
  return 1
}

# What a killed test program left behind.
remove_test_containers() {
  engine_answers || return 0
  local left
  left=$(docker ps -aq --filter "label=pipeline-tests=$PIPELINE_TEST_SESSION")
  if [ -n "$left" ]; then docker rm -f $left >/dev/null; fi
  left=$(docker network ls -q --filter "label=pipeline-tests=$PIPELINE_TEST_SESSION")
  if [ -n "$left" ]; then docker network rm $left >/dev/null; fi
}

# Only an engine that was started here.
stop_docker_engine() {
  if [ -z "$engine_pid" ]; then return 0; fi
  # It may have ended by itself.
  "${as_root[@]}" kill "$engine_pid" 2>/dev/null || true
  wait "$engine_pid" 2>/dev/null || true
  engine_pid=
}
