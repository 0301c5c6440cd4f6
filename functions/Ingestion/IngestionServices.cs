using Azure.Storage.Blobs;
using Pipeline.Core.Messaging;
using Pipeline.Core.Storage;
using Pipeline.Functions.Envelope;
using Pipeline.Functions.Ingestion.Drop;
using Pipeline.Functions.Ingestion.FanOut;

namespace Pipeline.Functions.Ingestion;

/// <summary>Ingest and the queues it sends to.</summary>
internal static class IngestionServices
{
    /// <summary>Registers them. A queue is connected with the first message, not at the start.</summary>
    public static void AddIngestion(this IHostApplicationBuilder builder)
    {
        var options = builder.Configuration.GetSection(QueueOptions.Section).Get<QueueOptions>() ?? new QueueOptions();
        var services = builder.Services;
        services.AddSingleton(builder.Configuration.GetSection(IngestOptions.Section).Get<IngestOptions>() ?? new IngestOptions());
        services.AddSingleton(s => TrainingQueueFactory.Create(options, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton(s => TrainingQueueFactory.CreateFor(
            options.PartsEntityPath, options, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton<PartQueue>();
        services.AddSingleton(s => new DroppedDatasets(s.GetRequiredService<BlobServiceClient>().GetBlobContainerClient(BlobLayout.Datasets)));
        services.AddSingleton<RunEnd>();
        services.AddSingleton<RunAttempt>();
        services.AddSingleton<RunStart>();
        services.AddSingleton<FanOutIngestion>();
        services.AddSingleton<IPartHandler>(s => s.GetRequiredService<FanOutIngestion>());
        services.AddSingleton<IDropHandler, DatasetIngestion>();
    }
}
