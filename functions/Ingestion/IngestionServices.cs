using Pipeline.Core.Messaging;
using Pipeline.Functions.Envelope;

namespace Pipeline.Functions.Ingestion;

/// <summary>Ingest and the queue it sends to.</summary>
internal static class IngestionServices
{
    /// <summary>Registers them. The queue is connected with the first message, not at the start.</summary>
    public static void AddIngestion(this WebApplicationBuilder builder)
    {
        var options = builder.Configuration.GetSection(QueueOptions.Section).Get<QueueOptions>() ?? new QueueOptions();
        builder.Services.AddSingleton(services => TrainingQueueFactory.Create(
            options, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILoggerFactory>()));
        builder.Services.AddSingleton<IDropHandler, DatasetIngestion>();
    }
}
