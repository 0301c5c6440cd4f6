using Azure.Core;
using Azure.Storage.Blobs;
using Pipeline.Core.Models;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.Functions.Api;
using Pipeline.Functions.Api.Tei;

namespace Pipeline.Functions.Hosting;

/// <summary>Blob storage and what is kept in it.</summary>
internal static class StorageServices
{
    /// <summary>Registers the stores. Configuration is read here, so that a missing setting ends the program at its start, with the setting's name.</summary>
    public static void AddStorage(this IHostApplicationBuilder builder)
    {
        var options = builder.Configuration.GetSection(StorageOptions.Section).Get<StorageOptions>() ?? new StorageOptions();
        var storage = options.CreateClient(ShortRetries());
        builder.Services.AddSingleton(storage);
        builder.Services.AddSingleton<RunStore>();
        builder.Services.AddSingleton<RunEventLog>();
        builder.Services.AddSingleton<RunCancellation>();
        builder.Services.AddSingleton<ProductionSwitch>();
        builder.Services.AddSingleton<PromotionLog>();
        builder.Services.AddSingleton<MissingModel>();
        builder.Services.AddSingleton<ServedModels>();
        builder.Services.AddSingleton<SingleModel>();
        builder.Services.AddSingleton(TimeProvider.System);
    }

    // A caller waits on the other side: give up after about a second and a half and answer 503, rather than after the default of half a minute.
    private static BlobClientOptions ShortRetries() => new()
    {
        Retry = { Mode = RetryMode.Exponential, Delay = TimeSpan.FromMilliseconds(200), MaxDelay = TimeSpan.FromSeconds(2), MaxRetries = 3, NetworkTimeout = TimeSpan.FromSeconds(30) },
    };
}
