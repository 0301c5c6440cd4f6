using Microsoft.Azure.Functions.Worker.Builder;
using Pipeline.Functions.Hosting;
using Pipeline.Functions.Isolated;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.AddWarningsAsSingleLines();
builder.AddQuietLogging();
builder.AddApp();
builder.Services.AddSingleton<ApiPipeline>();
await builder.Build().RunAsync();
