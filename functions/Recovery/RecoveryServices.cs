using Pipeline.Functions.Hosting;

namespace Pipeline.Functions.Recovery;

/// <summary>What looks after runs that nobody works on.</summary>
internal static class RecoveryServices
{
    /// <summary>Registers it.</summary>
    public static void AddRecovery(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<RecoveryOptions, RecoveryOptionsCheck>().BindConfiguration(RecoveryOptions.Section);
        builder.Services.AddSingleton<SweepRecovery>();
        builder.Services.AddSingleton<RunRecovery>();
    }
}
