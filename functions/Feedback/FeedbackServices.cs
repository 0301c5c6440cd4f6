using Pipeline.Core.Feedback;
using Pipeline.Functions.Drift;
using Pipeline.Functions.Telemetry;

namespace Pipeline.Functions.Feedback;

/// <summary>Learning from use.</summary>
internal static class FeedbackServices
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1), Longest = TimeSpan.FromDays(1);

    /// <summary>Registers it. While it is off, its endpoints say so and nothing is kept.</summary>
    public static void AddFeedback(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<FeedbackOptions>().BindConfiguration(FeedbackOptions.Section)
            .Validate(o => o.FlushInterval >= Shortest && o.FlushInterval <= Longest, $"{FeedbackOptions.Section}:{nameof(FeedbackOptions.FlushInterval)} must be from 1 second to 1 day.")
            .ValidateOnStart();
        builder.Services.AddSingleton<FeedbackStore>();
        builder.Services.AddSingleton<DriftStore>();
        builder.Services.AddSingleton<DriftMeter>();
        builder.Services.AddSingleton<DriftWatch>();
        builder.Services.AddSingleton<PredictionTally>();
        builder.Services.AddSingleton<TallyFlush>();
        builder.Services.AddHostedService(s => s.GetRequiredService<TallyFlush>());
    }
}
