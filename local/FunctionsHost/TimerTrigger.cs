using System.Globalization;

namespace Pipeline.Local.FunctionsHost;

/// <summary>Plays the timer trigger for schedules that come once a day or every few minutes: calls the function when it is time, in UTC. What falls into a pause of the program is not made up for.</summary>
internal sealed class TimerTrigger
{
    private readonly FunctionDefinition _function;
    private readonly FunctionInvoker _invoker;
    private readonly PipelineLog _log;
    private readonly TimeProvider _time;
    private readonly TimeSpan _first; // after midnight
    private readonly TimeSpan _period;

    /// <summary>Reads the schedule.</summary>
    /// <exception cref="LocalException">It is neither <c>{second} {minute} {hour} * * *</c> nor <c>{second} */{minutes} * * * *</c> with a divisor of 60.</exception>
    public TimerTrigger(FunctionDefinition function, FunctionInvoker invoker, PipelineLog log, TimeProvider time)
    {
        (_function, _invoker, _log, _time) = (function, invoker, log, time);
        (_first, _period) = function.Schedule?.Split(' ') switch
        {
            [var second, ['*', '/', .. var minutes], "*", "*", "*", "*"] when Number(second) is { } s && Number(minutes) is { } every and > 0 && 60 % every == 0 =>
                (new TimeSpan(0, 0, s), TimeSpan.FromMinutes(every)),
            [var second, var minute, var hour, "*", "*", "*"] when Number(second) is { } s && Number(minute) is { } m && Number(hour) is { } h =>
                (new TimeSpan(h, m, s), TimeSpan.FromDays(1)),
            _ => throw new LocalException(
                $"The schedule '{function.Schedule}' of the function {function.Name} is not one that is played here.",
                "Use one that comes once a day, such as '0 30 0 * * *', or every few minutes, such as '0 */5 * * * *'."),
        };
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
                // As on Azure, it is not made up for before the next time.
                _log.Write("local", $"{_function.Name}: {e.Message}");
            }
        }
    }

    /// <summary>How long it is until the next time, more than nothing.</summary>
    internal TimeSpan Wait(DateTimeOffset now)
    {
        var since = now.UtcDateTime.TimeOfDay - _first;
        return since < TimeSpan.Zero ? -since : _period - TimeSpan.FromTicks(since.Ticks % _period.Ticks);
    }

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
