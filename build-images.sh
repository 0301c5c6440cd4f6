#!/usr/bin/env bash
# Publishes the functions app and the trainer and builds their images.
#
#   ./build-images.sh                        pipeline-functions:latest and pipeline-trainer:latest
#   TAG=1.2.0 ./build-images.sh trainer      one of them, with a tag
#   TORCH_BACKEND=cuda ./build-images.sh     the trainer for GPUs: pipeline-trainer:latest-cuda
#   FUNCTIONS_TARGET=host ./build-images.sh functions     the functions app behind the Azure Functions host
#   NATIVE_FUNCTIONS=false ./build-images.sh functions    not as native code, which runs only where the C library is as new as here
#
# BASE_IMAGE (default debian:trixie-slim) and HOST_IMAGE (for FUNCTIONS_TARGET=host) choose other bases.
set -euo pipefail
cd "$(dirname "$0")"

TAG=${TAG:-latest}
TORCH_BACKEND=${TORCH_BACKEND:-cpu}
FUNCTIONS_TARGET=${FUNCTIONS_TARGET:-standalone}
NATIVE_FUNCTIONS=${NATIVE_FUNCTIONS:-true}
VERSION=${VERSION:-0.0.0}
REVISION=$(git rev-parse HEAD 2>/dev/null || echo unknown)

# libtorch's own tests and its Python binding; what debuggers and tracers need, which the images turn off;
# garbage collectors that a setting would have to ask for.
unused=(libjitbackend_test.so libtorchbind_test.so libbackend_with_compiler.so libaoti_custom_ops.so libnnapi_backend.so libtorch_python.so
  libmscordaccore.so libmscordbi.so libcoreclrtraceptprovider.so libclrgc.so libclrgcexp.so)

# Sorts the published files by how often they change, so that a new build of our code is a small layer.
lay_out() {
  local from=$1 to=$2
  rm -rf "$to"
  mkdir -p "$to"/{native,runtime,app}
  for name in "${unused[@]}"; do rm -f "$from/$name"; done
  find "$from" -maxdepth 1 -name '*.dbg' -delete
  for file in "$from"/*; do
    case ${file##*/} in
      Pipeline.*) mv "$file" "$to/app/" ;;
      lib*torch*.so* | libLibTorchSharp.so | libc10*.so* | libgomp*.so* | libshm.so | libcu*.so* | libnv*.so* | libonnxruntime*.so) mv "$file" "$to/native/" ;;
      *.dll | *.so | createdump) mv "$file" "$to/runtime/" ;;
      *) mv "$file" "$to/app/" ;;
    esac
  done
  rmdir "$from"
}

build() {
  local name=$1 project=$2 tag=$3
  shift 3
  local output=artifacts/images/$name
  rm -rf "$output.published"
  dotnet publish "$project" --nologo -v q -c Release --self-contained true -o "$output.published" \
    -p:TorchBackend="$TORCH_BACKEND" -p:NativeFunctions="$NATIVE_FUNCTIONS" -p:PublishDocumentationFiles=false -p:PublishReferencesDocumentationFiles=false -p:Version="$VERSION"
  lay_out "$output.published" "$output"
  docker build -t "$tag" -f "$project/Dockerfile" "$@" \
    ${BASE_IMAGE:+--build-arg BASE_IMAGE="$BASE_IMAGE"} \
    --build-arg VERSION="$VERSION" --build-arg REVISION="$REVISION" "$output" >"$output.log" 2>&1 || { cat "$output.log" >&2; exit 1; }
  echo "$tag: $(docker image inspect --format '{{.Size}}' "$tag" | awk '{ printf "%.0f MB", $1 / 1e6 }')"
}

suffix=
if [ "$TORCH_BACKEND" != cpu ]; then suffix=-$TORCH_BACKEND; fi

# The default base is bootstrapped where no registry answers.
if [ -z "${BASE_IMAGE:-}" ]; then bash tests/images/base-image.sh; fi

. build/as-root.sh
for image in "${@:-functions trainer}"; do
  for name in $image; do
    case $name in
      functions)
        # Native code needs a linker.
        if [ "$NATIVE_FUNCTIONS" = true ] && ! { command -v clang && [ -e /usr/include/zlib.h ]; } >/dev/null; then
          apt_install "clang with zlib's headers" "install both" clang zlib1g-dev
        fi
        build functions functions "pipeline-functions:$TAG" --target "$FUNCTIONS_TARGET" ${HOST_IMAGE:+--build-arg HOST_IMAGE="$HOST_IMAGE"}
        ;;
      trainer) build trainer trainer-job "pipeline-trainer:$TAG$suffix" --build-arg TORCH_BACKEND="$TORCH_BACKEND" ;;
      *) echo "Unknown image '$name': functions or trainer" >&2; exit 2 ;;
    esac
  done
done
