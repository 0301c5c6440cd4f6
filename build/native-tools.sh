# Sourced by build-images.sh: makes sure that a linker is there, which native code needs.
# require_native_tools

require_native_tools() {
  local as_root=()
  if command -v clang >/dev/null && [ -e /usr/include/zlib.h ]; then return; fi
  command -v apt-get >/dev/null || { echo "No clang with zlib's headers here and no apt-get to install them with: install both" >&2; return 1; }
  if [ "$(id -u)" -ne 0 ]; then as_root=(sudo -n); fi
  echo "Installing clang"
  "${as_root[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends clang zlib1g-dev >/dev/null
}
