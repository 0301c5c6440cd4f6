using Azure;
using Microsoft.Extensions.Logging;

namespace Pipeline.Trainer.Jobs;

/// <summary>
/// Reads the run record at short intervals and finds out when a person has cancelled the run or another trainer has taken it.
/// Heartbeats would find out too, but they are writes, and rarer.
/// </summary>
internal sealed class RunWatch : IAsyncDisposable
{
    private readonly CancellationTokenSource _taken = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;

    private RunWatch(IHold hold, TimeSpan interval, TimeProvider time, ILogger logger)
    {
        Taken = _taken.Token;
        _watching = WatchAsync(hold, interval, time, logger);
    }

    /// <summary>Cancelled when the run is no longer this trainer's; <see cref="TakenBy"/> then says how.</summary>
    public CancellationToken Taken { get; }

    public RunTakenException? TakenBy { get; private set; }

    /// <summary>Starts to look.</summary>
    public static RunWatch Start(IHold hold, TimeSpan interval, TimeProvider time, ILogger logger) => new(hold, interval, time, logger);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
        _taken.Dispose();
    }

    private async Task WatchAsync(IHold hold, TimeSpan interval, TimeProvider time, ILogger logger)
    {
        try
        {
            while (true)
            {
                await Task.Delay(interval, time, _stop.Token);
                try
                {
                    await hold.CheckAsync(_stop.Token);
                }
                catch (Exception e) when (e is RequestFailedException or AggregateException or IOException)
                {
                    // The next look may work; nothing is published without asking once more.
                    logger.LogDebug(e, "The run record could not be read.");
                }
            }
        }
        catch (RunTakenException e)
        {
            logger.LogWarning("{Message}", e.Message);
            TakenBy = e;
            await _taken.CancelAsync();
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }
}
