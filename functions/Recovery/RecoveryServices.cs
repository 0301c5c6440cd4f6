namespace Pipeline.Functions.Recovery;

/// <summary>What looks after runs that nobody works on.</summary>
internal static class RecoveryServices
{
    /// <summary>Registers it.</summary>
    public static void AddRecovery(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<RecoveryOptions>().BindConfiguration(RecoveryOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<SweepRecovery>();
        builder.Services.AddSingleton<RunRecovery>();
    }
}
