using System.Globalization;

namespace Pipeline.Local.FunctionsHost;

/// <summary>Plays the timer trigger for schedules that come once a day: calls the function when it is time, in UTC. What falls into a pause of the program is not made up for.</summary>
internal sealed class TimerTrigger
{
    private readonly FunctionDefinition _function;
    private readonly FunctionInvoker _invoker;
    private readonly PipelineLog _log;
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeOfDay;

    /// <summary>Reads the schedule.</summary>
    /// <exception cref="LocalException">It is not <c>{second} {minute} {hour} * * *</c>.</exception>
    public TimerTrigger(FunctionDefinition function, FunctionInvoker invoker, PipelineLog log, TimeProvider time)
    {
        (_function, _invoker, _log, _time) = (function, invoker, log, time);
        _timeOfDay = function.Schedule?.Split(' ') is [var second, var minute, var hour, "*", "*", "*"]
            && int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var s)
            && int.TryParse(minute, NumberStyles.None, CultureInfo.InvariantCulture, out var m)
            && int.TryParse(hour, NumberStyles.None, CultureInfo.InvariantCulture, out var h)
                ? new TimeSpan(h, m, s)
                : throw new LocalException(
                    $"The schedule '{function.Schedule}' of the function {function.Name} is not one that is played here.",
                    "Use one that comes once a day, such as '0 30 0 * * *'.");
    }

    /// <summary>Calls the function at its time until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(Wait(_time.GetUtcNow()), _time, cancellationToken);
            try
            {
                await _invoker.InvokeAsync(_function, cancellationToken);
            }
            catch (Exception e) when (e is HttpRequestException or FunctionFailedException)
            {
                // As on Azure, the next time is tomorrow.
                _log.Write("local", $"{_function.Name}: {e.Message}");
            }
        }
    }

    /// <summary>How long it is until the next time, more than nothing.</summary>
    internal TimeSpan Wait(DateTimeOffset now)
    {
        var next = new DateTimeOffset(now.UtcDateTime.Date + _timeOfDay, TimeSpan.Zero);
        return (next > now ? next : next.AddDays(1)) - now;
    }
}
