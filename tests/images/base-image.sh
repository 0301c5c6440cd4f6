#!/usr/bin/env bash
# Makes sure that debian:trixie-slim is there: pulled, or, where no registry answers, bootstrapped from Debian's own packages.
set -euo pipefail

image=debian:trixie-slim
suite=trixie
# Empty: the one that debootstrap knows.
mirror=${DEBIAN_MIRROR:-}

docker image inspect "$image" >/dev/null 2>&1 && exit 0
timeout 300 docker pull -q "$image" 2>/dev/null && exit 0

command -v debootstrap >/dev/null || {
  echo "$image cannot be pulled and debootstrap is missing: apt-get install debootstrap" >&2
  exit 1
}
. "$(dirname "$0")/../../build/as-root.sh"

echo "No registry answers: building $image with debootstrap"
root=$(mktemp -d /var/tmp/debootstrap.XXXXXX)
trap '"${as_root[@]}" rm -rf "$root"' EXIT
"${as_root[@]}" debootstrap --variant=minbase "$suite" "$root" ${mirror:+"$mirror"} >"$root.log" 2>&1 || {
  tail -20 "$root.log" >&2
  exit 1
}
rm -f "$root.log"

# What the official slim image leaves out too, and its setting that apt keeps no cache.
echo 'Dir::Cache::pkgcache ""; Dir::Cache::srcpkgcache "";' | "${as_root[@]}" tee "$root/etc/apt/apt.conf.d/docker-clean" >/dev/null
"${as_root[@]}" bash -c 'cd "$1" && rm -rf usr/share/{doc,man,locale,info,lintian}/* var/lib/apt/lists/* \
  var/cache/apt/*.bin var/cache/apt/archives/*.deb var/cache/debconf/*-old var/log/*.log etc/resolv.conf etc/hostname' _ "$root"
"${as_root[@]}" tar -C "$root" --numeric-owner -c . | docker import --change 'CMD ["bash"]' - "$image" >/dev/null
