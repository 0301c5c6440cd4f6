using Amqp;
using Amqp.Framing;

namespace Pipeline.Core.Messaging.Amqp;

/// <summary>
/// Receives one message over a link of its own. One link per message costs a round trip and buys that no second message is fetched
/// ahead, that settling can be confirmed by closing the link, and that receivers in one process do not get in each other's way.
/// </summary>
internal static class PeekLockReceiver
{
    private static readonly TimeSpan ShortestDrain = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDrain = TimeSpan.FromMilliseconds(500);

    /// <summary>The next message under a lock, or null if none came in time.</summary>
    public static async Task<LockedMessage?> ReceiveAsync(
        AmqpConnection connection, AmqpSession session, TimeSpan maxWait, TimeProvider time, CancellationToken cancellationToken)
    {
        // Null: the link was closed.
        var arrival = new TaskCompletionSource<Message?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var link = new ReceiverLink(session.Session, $"receive-{Guid.NewGuid():N}", connection.Endpoint.Entity);
        link.AddClosedCallback((_, _) => arrival.TrySetResult(null));
        // Credit by hand: with automatic credit, settling one message asks for the next.
        link.Start(0, (_, message) => arrival.TrySetResult(message));
        link.SetCredit(1, CreditMode.Manual);

        LockedMessage? locked = null;
        try
        {
            var drain = Clamp(maxWait / 10);
            if (!await ArrivesAsync(Max(maxWait - drain, TimeSpan.Zero)))
            {
                // Towards the end the broker is told to send now or never, so that no message is on its way when the link closes.
                link.SetCredit(1, CreditMode.Drain);
                if (!await ArrivesAsync(drain))
                    return null;
            }

            var message = await arrival.Task
                ?? throw new AmqpException(link.Error ?? new Error(ErrorCode.DetachForced) { Description = "The link was closed." });
            locked = session.Broker == BrokerKind.RabbitMq
                ? new RabbitMqLockedMessage(connection.Endpoint, link, message)
                : new ServiceBusLockedMessage(connection, link, message, time);
            return locked;
        }
        finally
        {
            if (locked is null)
                await link.CloseQuietlyAsync(LongestDrain);
        }

        async Task<bool> ArrivesAsync(TimeSpan within)
        {
            try
            {
                await arrival.Task.WaitAsync(within, time, cancellationToken);
                return true;
            }
            catch (TimeoutException)
            {
                return false;
            }
        }
    }

    private static TimeSpan Clamp(TimeSpan drain) => drain > LongestDrain ? LongestDrain : Max(drain, ShortestDrain);

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
