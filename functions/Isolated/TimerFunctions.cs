using Microsoft.Azure.Functions.Worker;
using Pipeline.Functions.Triggers;

namespace Pipeline.Functions.Isolated;

/// <summary>The functions that a schedule starts.</summary>
/// <param name="services">The app's services.</param>
public sealed class TimerFunctions(IServiceProvider services)
{
    /// <summary>Looks after runs that nobody works on.</summary>
    [Function(nameof(CheckRuns))]
    public Task CheckRuns([TimerTrigger("%CHECK_RUNS_SCHEDULE%")] TimerInfo timer) => TimerFunction.CheckRuns.RunAsync(services);

    /// <summary>Looks at what was predicted on the day before.</summary>
    [Function(nameof(WatchDrift))]
    public Task WatchDrift([TimerTrigger("0 30 0 * * *")] TimerInfo timer) => TimerFunction.WatchDrift.RunAsync(services);
}
