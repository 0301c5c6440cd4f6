using Pipeline.Functions.Envelope;

namespace Pipeline.Functions.Recovery;

/// <summary>What looks after runs that nobody works on.</summary>
internal static class RecoveryServices
{
    /// <summary>Registers it.</summary>
    public static void AddRecovery(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<RecoveryOptions>().BindConfiguration(RecoveryOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<SweepRecovery>();
        builder.Services.AddSingleton<RunRecovery>();
    }

    /// <summary>Maps the function <c>CheckRuns</c>.</summary>
    public static void MapRecovery(this IEndpointRouteBuilder app) =>
        app.MapTimer<RunRecovery>("CheckRuns", (recovery, cancel) => recovery.CheckAsync(cancel));
}
