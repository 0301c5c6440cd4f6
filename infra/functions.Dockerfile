# The functions app as Azure runs it, built from source: our custom handler behind the Azure Functions host, which is the
# base image. HOSTING=IsolatedWorker makes it an isolated worker. Build context: the repository root.
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
ARG HOST_IMAGE=mcr.microsoft.com/azure-functions/dotnet-isolated:4-dotnet-isolated10.0

FROM ${SDK_IMAGE} AS sdk

# Native code is bound to the C library that it was linked with: so it is built on the image that it runs on.
FROM ${HOST_IMAGE} AS build
ARG HOSTING=CustomHandler
ENV DOTNET_ROOT=/sdk \
    DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 \
    DOTNET_CLI_TELEMETRY_OPTOUT=1
RUN apt-get update && apt-get install -y --no-install-recommends clang zlib1g-dev
COPY --from=sdk /usr/share/dotnet /sdk
WORKDIR /src
COPY . .
RUN /sdk/dotnet publish functions/Pipeline.Functions.csproj --configuration Release --self-contained true --output /app \
    -p:FunctionsHosting=${HOSTING} -p:PublishDocumentationFiles=false -p:PublishReferencesDocumentationFiles=false

FROM ${HOST_IMAGE}
# The port is the one that the ingress in modules/functions-app.bicep targets; FUNCTIONS_WORKER_RUNTIME is set there too. Weights lie in large pages of memory.
ENV AzureWebJobsScriptRoot=/home/site/wwwroot \
    AzureFunctionsJobHost__Logging__Console__IsEnabled=true \
    CHECK_RUNS_SCHEDULE="0 */5 * * * *" \
    GLIBC_TUNABLES=glibc.malloc.hugetlb=1 \
    ASPNETCORE_URLS=http://+:80
COPY --from=build /app /home/site/wwwroot
EXPOSE 80
