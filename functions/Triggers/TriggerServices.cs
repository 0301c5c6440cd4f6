namespace Pipeline.Functions.Triggers;

/// <summary>What each triggered function asks the app for.</summary>
internal static class TriggerServices
{
    /// <summary>The function's own log.</summary>
    public static ILogger LoggerOf(this IServiceProvider services, string function) =>
        services.GetRequiredService<ILoggerFactory>().CreateLogger($"Pipeline.Functions.{function}");

    /// <summary>Set when the program stops.</summary>
    public static CancellationToken Stopping(this IServiceProvider services) => services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;

    /// <summary>The clock.</summary>
    public static TimeProvider Time(this IServiceProvider services) => services.GetRequiredService<TimeProvider>();
}
