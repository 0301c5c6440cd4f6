using Amqp;
using Microsoft.Extensions.Logging;

namespace Pipeline.Core.Messaging.Amqp;

/// <summary>The training queue over AMQP 1.0: Azure Service Bus, RabbitMQ 4, or the embedded broker of <c>local</c>.</summary>
internal sealed class AmqpTrainingQueue(AmqpEndpoint endpoint, TimeProvider time, ILogger<AmqpTrainingQueue> logger) : ITrainingQueue
{
    private static readonly TimeSpan SendPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan OutcomeTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(10);

    private readonly AmqpConnection _connection = new(endpoint, time, logger);

    /// <inheritdoc/>
    public Task SendAsync(TrainingRequest request, CancellationToken cancellationToken = default) =>
        RetryAsync("send a message", SendPatience, async _ =>
        {
            var session = await _connection.SessionAsync(cancellationToken);
            var link = new SenderLink(session.Session, $"send-{Guid.NewGuid():N}", endpoint.Entity);
            using var message = TrainingMessage.Encode(request);
            try
            {
                // Returns when the broker has accepted it, and throws what it said otherwise.
                await link.SendAsync(message, OutcomeTimeout);
                return true;
            }
            finally
            {
                await link.CloseQuietlyAsync(CloseTimeout);
            }
        }, cancellationToken);

    /// <inheritdoc/>
    public Task<ITrainingDelivery?> ReceiveAsync(TimeSpan maxWait, CancellationToken cancellationToken = default) =>
        RetryAsync<ITrainingDelivery?>("receive a message", maxWait, async left =>
        {
            while (true)
            {
                var started = time.GetTimestamp();
                var session = await _connection.SessionAsync(cancellationToken);
                var locked = await PeekLockReceiver.ReceiveAsync(_connection, session, left, time, cancellationToken);
                if (locked is null)
                    return null;
                if (TrainingMessage.Decode(locked.Message, out var problem) is { } request)
                    return new AmqpDelivery(locked, request);
                logger.LogWarning("A message of {Endpoint} cannot be read and is dead-lettered. {Problem}", endpoint, problem);
                await using (locked)
                    await locked.DeadLetterAsync("malformed-body", problem, cancellationToken);
                left -= time.GetElapsedTime(started);
            }
        }, cancellationToken);

    /// <summary>Closes the connection in order. Messages that are still held go back to the queue.</summary>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    // Tries until it works, the broker refuses, or patience runs out. The last failure is thrown, never kept.
    private async Task<T> RetryAsync<T>(
        string operation, TimeSpan patience, Func<TimeSpan, Task<T>> attempt, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var backoff = new Backoff();
        while (true)
        {
            try
            {
                return await attempt(patience - time.GetElapsedTime(started));
            }
            catch (Exception e) when (AmqpFailure.IsTransport(e) || e is MessageLockLostException)
            {
                var failure = AmqpFailure.Describe(endpoint, operation, e);
                var pause = backoff.Next();
                if (!failure.IsTransient || time.GetElapsedTime(started) + pause >= patience)
                    throw failure;
                logger.LogWarning("{Failure} Trying again in {Pause:0.0} s.", failure.Message, pause.TotalSeconds);
                await Task.Delay(pause, time, cancellationToken);
            }
        }
    }
}
