# The trainer, built from source. Build context: the repository root. TorchBackend=cuda makes the one for GPUs; libtorch
# brings its own CUDA libraries and takes the driver from the platform.
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
ARG BASE_IMAGE=mcr.microsoft.com/dotnet/runtime-deps:10.0

FROM ${SDK_IMAGE} AS build
ARG TorchBackend=cpu
WORKDIR /src
COPY . .
RUN dotnet publish trainer-job/Pipeline.Trainer.csproj --configuration Release --self-contained true --output /app \
    -p:TorchBackend=${TorchBackend} -p:PublishDocumentationFiles=false -p:PublishReferencesDocumentationFiles=false

FROM ${BASE_IMAGE}
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates libgomp1 libstdc++6 \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /app /app
WORKDIR /tmp
USER 10001
ENV DOTNET_EnableDiagnostics=0 \
    NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility
ENTRYPOINT ["/app/Pipeline.Trainer"]
CMD ["--once"]
