using Pipeline.Core.Messaging;
using Pipeline.Functions.Envelope;
using Pipeline.Functions.Hosting;

namespace Pipeline.Functions.Scoring;

/// <summary>Classifying whole files, and the queue that they stand in.</summary>
internal static class ScoringServices
{
    /// <summary>Registers it. The queue is connected with the first message, not at the start.</summary>
    public static void AddScoring(this IHostApplicationBuilder builder)
    {
        var options = builder.Configuration.GetSection(QueueOptions.Section).Get<QueueOptions>() ?? new QueueOptions();
        var services = builder.Services;
        services.AddOptionsWithValidateOnStart<ScoringOptions, ScoringOptionsCheck>().BindConfiguration(ScoringOptions.Section);
        services.AddSingleton(s => new FileQueue(TrainingQueueFactory.CreateFor(
            options.InboxEntityPath, options, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILoggerFactory>())));
        services.AddSingleton<Inbox>();
        services.AddSingleton<IInboxHandler>(s => s.GetRequiredService<Inbox>());
        services.AddSingleton<Outbox>();
        services.AddSingleton<RowScorer>();
        services.AddSingleton<ScoringModels>();
        services.AddSingleton<SliceOfFile>();
        services.AddSingleton<IScoreHandler, FileScoring>();
    }
}
