#!/bin/sh
# Pins the base images of the Dockerfiles to what their tags point to now: `ARG NAME=image:tag` becomes `ARG NAME=image:tag@sha256:…`, and so
# does `FROM image:tag`. Run again it takes the newest. A tag can be moved by whoever owns it, a digest cannot.
# usage: infra/lock-images.sh [DOCKERFILE…]      needs docker with buildx, and the registries
set -eu
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- infra/functions.Dockerfile infra/trainer.Dockerfile functions/Dockerfile trainer-job/Dockerfile

for file in "$@"; do
  # Image references with a tag, without a digest that stands there already. A stage or a variable is none.
  images=$(sed -nE 's/^(ARG [A-Z_]*IMAGE=|FROM )([a-z0-9][a-z0-9.:/_-]*:[A-Za-z0-9._-]+)(@sha256:[0-9a-f]+)?( .*)?$/\2/p' "$file" | sort -u)
  for image in $images; do
    digest=$(docker buildx imagetools inspect "$image" --format '{{.Manifest.Digest}}')
    case $digest in
      sha256:*) ;;
      *) echo "$image has no digest: '$digest'" >&2; exit 1 ;;
    esac
    escaped=$(printf '%s' "$image" | sed 's/[.]/\\./g')
    sed -E "s#^(ARG [A-Z_]*IMAGE=|FROM )$escaped(@sha256:[0-9a-f]+)?( .*)?\$#\\1$image@$digest\\3#" "$file" >"$file.new"
    cat "$file.new" >"$file"
    rm "$file.new"
    echo "$file: $image@$digest"
  done
done
