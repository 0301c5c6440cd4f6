using Microsoft.Extensions.Logging;

namespace Pipeline.Core.Messaging.Amqp;

/// <summary>Tries again what failed because of the connection or the broker.</summary>
/// <param name="connection">Logs in anew where the broker no longer knows who we are.</param>
/// <param name="time">The clock of the pauses.</param>
/// <param name="random">For the pauses.</param>
/// <param name="logger">Is told of each failure.</param>
internal sealed class AmqpRetry(AmqpConnection connection, TimeProvider time, Random random, ILogger logger)
{
    /// <summary>Tries until it works, the broker refuses, or patience runs out. The last failure is thrown, never kept.</summary>
    /// <param name="operation">What is tried, as in "Could not …".</param>
    /// <param name="patience">For how long.</param>
    /// <param name="attempt">Gets the time that is left.</param>
    /// <param name="cancellationToken">Ends the pauses.</param>
    public async Task<T> RunAsync<T>(string operation, TimeSpan patience, Func<TimeSpan, Task<T>> attempt, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var backoff = new Backoff(random);
        var loggedInAnew = false;
        while (true)
        {
            try
            {
                return await attempt(patience - time.GetElapsedTime(started));
            }
            catch (Exception e) when (AmqpFailure.IsTransport(e))
            {
                // A token that ran out while no new one could be had is refused like a wrong one; a fresh one tells which it is.
                if (AmqpFailure.IsUnauthorized(e) && connection.ForgetLogin() && !loggedInAnew)
                {
                    loggedInAnew = true;
                    continue;
                }

                var failure = AmqpFailure.Describe(connection.Endpoint, operation, e);
                var pause = backoff.Next();
                if (AmqpFailure.IsBusy(e) && pause < Backoff.WhenBusy)
                    pause = Backoff.WhenBusy + pause;
                if (!failure.IsTransient || time.GetElapsedTime(started) + pause >= patience)
                    throw failure;
                logger.LogWarning("{Failure} Trying again in {Pause:0.0} s.", failure.Message, pause.TotalSeconds);
                await Task.Delay(pause, time, cancellationToken);
            }
        }
    }
}
