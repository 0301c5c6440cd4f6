using Pipeline.Core.Models;
using Pipeline.Functions.Hosting;
using Pipeline.Functions.Serving.Files;
using Pipeline.Functions.Telemetry;

namespace Pipeline.Functions.Serving;

/// <summary>What serving is made of.</summary>
internal static class ServingServices
{
    /// <summary>Registers it. Options are checked at the start of the program.</summary>
    public static void AddServing(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<ServingOptions, ServingOptionsCheck>().BindConfiguration(ServingOptions.Section);
        // Now, and not when something asks for it.
        builder.Services.AddSingleton(TokenizerAhead.Start(builder.Configuration.GetSection(ServingOptions.Section).Get<ServingOptions>() ?? new ServingOptions()));
        builder.Services.AddSingleton<ServingMeter>();
        builder.Services.AddSingleton<ModelStore>();
        builder.Services.AddSingleton<ModelCacheFolder>();
        builder.Services.AddSingleton<IModelSource, PublishedModels>();
        builder.Services.AddSingleton<ILoadFailures, LoadFailureLog>();
        builder.Services.AddSingleton<ModelCache>();
        builder.Services.AddHostedService<ModelPreload>();
    }
}
