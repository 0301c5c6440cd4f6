# Sourced: what needs root, by sudo where this user is not root.
# "${as_root[@]}" COMMAND; apt_install WHAT HINT PACKAGE…

as_root=()
if [ "$(id -u)" -ne 0 ]; then as_root=(sudo -n); fi

# HINT says what to do where there is no apt-get.
apt_install() {
  local what=$1 hint=$2
  shift 2
  command -v apt-get >/dev/null || { echo "No $what here and no apt-get to install it with: $hint" >&2; return 1; }
  echo "Installing $what"
  "${as_root[@]}" apt-get update -qq
  # Without the recommended packages: they are of no use here and may not be there.
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}
