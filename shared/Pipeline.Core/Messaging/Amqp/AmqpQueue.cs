using Amqp;
using Microsoft.Extensions.Logging;

namespace Pipeline.Core.Messaging.Amqp;

/// <summary>Decides what a message is; null with what is wrong where it is nothing that can be read.</summary>
internal delegate T? MessageReader<T>(LockedMessage message, out string problem);

/// <summary>A queue over AMQP 1.0: Azure Service Bus, RabbitMQ 4, or the embedded broker of <c>local</c>.</summary>
internal sealed class AmqpQueue(AmqpEndpoint endpoint, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan SendPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan OutcomeTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(10);

    private readonly AmqpConnection _connection = new(endpoint, time, logger);

    /// <summary>Sends a message and returns when the broker has taken it.</summary>
    public Task SendAsync(Func<Message> encode, CancellationToken cancellationToken) =>
        _connection.Retry.RunAsync("send a message", SendPatience, async _ =>
        {
            var session = await _connection.SessionAsync(cancellationToken);
            var link = new SenderLink(session.Session, $"send-{Guid.NewGuid():N}", endpoint.Entity);
            using var message = encode();
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

    /// <summary>Receives one message; one that cannot be read is dead-lettered and passed over.</summary>
    public Task<T?> ReceiveAsync<T>(MessageReader<T> read, TimeSpan maxWait, CancellationToken cancellationToken) where T : class =>
        _connection.Retry.RunAsync<T?>("receive a message", maxWait, async left =>
        {
            while (true)
            {
                var started = time.GetTimestamp();
                var session = await _connection.SessionAsync(cancellationToken);
                var locked = await PeekLockReceiver.ReceiveAsync(_connection, session, left, time, cancellationToken);
                if (locked is null)
                    return null;
                if (read(locked, out var problem) is { } delivery)
                    return delivery;
                logger.LogWarning("A message of {Endpoint} cannot be read and is dead-lettered. {Problem}", endpoint, problem);
                await GiveUpAsync(locked, problem, cancellationToken);
                left -= time.GetElapsedTime(started);
            }
        }, cancellationToken);

    /// <summary>Closes the connection in order. Messages that are still held go back to the queue.</summary>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task GiveUpAsync(LockedMessage locked, string problem, CancellationToken cancellationToken)
    {
        await using (locked)
        {
            try
            {
                await locked.DeadLetterAsync("malformed-body", problem, cancellationToken);
            }
            catch (MessageLockLostException e)
            {
                logger.LogWarning(e, "It comes again.");
            }
        }
    }
}
