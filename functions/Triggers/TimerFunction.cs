using Pipeline.Functions.Api;
using Pipeline.Functions.Drift;
using Pipeline.Functions.Recovery;

namespace Pipeline.Functions.Triggers;

/// <summary>A function that a schedule starts, whichever host calls it.</summary>
internal sealed class TimerFunction
{
    private readonly Func<IServiceProvider, Task<IReadOnlyList<string>>> _work;

    private TimerFunction(string name, Func<IServiceProvider, Task<IReadOnlyList<string>>> work) => (Name, _work) = (name, work);

    /// <summary>Looks after runs that nobody works on.</summary>
    public static TimerFunction CheckRuns { get; } =
        new(nameof(CheckRuns), services => services.GetRequiredService<RunRecovery>().CheckAsync(services.Stopping()));

    /// <summary>Looks at what was predicted on the day before.</summary>
    public static TimerFunction WatchDrift { get; } =
        new(nameof(WatchDrift), async services => [await services.GetRequiredService<DriftWatch>().RunAsync(services.Stopping())]);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<TimerFunction> All { get; } = [CheckRuns, WatchDrift];

    /// <summary>The function's name.</summary>
    public string Name { get; }

    /// <summary>Does the work. What the host tells of the schedule is not looked at.</summary>
    /// <param name="services">The app's services.</param>
    /// <returns>Sentences for the invocation's log.</returns>
    /// <exception cref="RefusedRequestException">It failed.</exception>
    public async Task<IReadOnlyList<string>> RunAsync(IServiceProvider services)
    {
        try
        {
            return await _work(services);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            services.LoggerOf(Name).LogError(failure, "{Function} failed; it is called again at its next time", Name);
            throw new RefusedRequestException(
                StatusCodes.Status500InternalServerError, "timer-failed", $"{Name} failed: {failure.Message}",
                "It is called again at its next time. The function's log has the whole error.", failure);
        }
    }
}
