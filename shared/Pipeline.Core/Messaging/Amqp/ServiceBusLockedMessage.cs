using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace Pipeline.Core.Messaging.Amqp;

/// <summary>
/// Peek-lock as Azure Service Bus has it: the lock expires, its token is the delivery tag, and it outlives the link;
/// a message whose link is gone is renewed and settled over <c>$management</c>.
/// </summary>
internal sealed class ServiceBusLockedMessage(AmqpConnection connection, ReceiverLink link, Message message, TimeProvider time)
    : LockedMessage(connection.Endpoint, link, message)
{
    // Service Bus refuses longer ones.
    private const int LongestReason = 4096;
    private static readonly TimeSpan DefaultLock = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestLock = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ShortestLock = TimeSpan.FromSeconds(1);

    private readonly Guid _token = new(message.DeliveryTag);
    private readonly TimeSpan _lockDuration = ReadLockDuration(message, time);

    public override TimeSpan? LockDuration => _lockDuration;

    /// <summary>One try: whoever renews in time has time for another.</summary>
    public override async Task RenewAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RenewOnceAsync(cancellationToken);
        }
        catch (Exception e) when (AmqpFailure.IsTransport(e))
        {
            // The next try logs in anew where the token has run out.
            if (AmqpFailure.IsUnauthorized(e))
                connection.ForgetLogin();
            throw AmqpFailure.Describe(Endpoint, "renew a lock", e);
        }
    }

    public override Task CompleteAsync(CancellationToken cancellationToken) =>
        SettleAsync(l => l.Accept(Message), "completed", [], cancellationToken);

    public override async Task AbandonAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SettleAsync(l => l.Modify(Message, deliveryFailed: true), "abandoned", [], cancellationToken);
        }
        catch (MessageLockLostException)
        {
            // Given back already, which is what was asked for.
        }
    }

    public override Task DeadLetterAsync(string reason, string description, CancellationToken cancellationToken)
    {
        reason = Cut(reason);
        description = Cut(description);
        var error = new Error("com.microsoft:dead-letter")
        {
            Description = description,
            Info = new Fields
            {
                [new Symbol("DeadLetterReason")] = reason,
                [new Symbol("DeadLetterErrorDescription")] = description,
            },
        };
        return SettleAsync(
            l => l.Reject(Message, error), "suspended", new() { ["deadletter-reason"] = reason, ["deadletter-description"] = description }, cancellationToken);
    }

    // What a broken connection interrupts is tried again while the lock may stand.
    private Task SettleAsync(Action<ReceiverLink> settle, string status, Dictionary<string, string> more, CancellationToken cancellationToken) =>
        connection.Retry.RunAsync("settle a message", _lockDuration, async _ =>
        {
            if (!Link.IsClosed)
            {
                // Asks first whether the lock still stands: the answer to a settlement itself is never seen.
                await RenewOnceAsync(cancellationToken);
                if (await TrySettleOverLinkAsync(settle))
                    return true;
            }

            var session = await connection.SessionAsync(cancellationToken);
            await ServiceBusManagement.UpdateDispositionAsync(session, _token, status, more, cancellationToken);
            return true;
        }, cancellationToken);

    private async Task RenewOnceAsync(CancellationToken cancellationToken)
    {
        var session = await connection.SessionAsync(cancellationToken);
        await ServiceBusManagement.RenewLockAsync(session, _token, Link.IsClosed ? null : Link.Name, cancellationToken);
    }

    // The broker says until when, by its own clock: a duration out of all bounds means that the clocks differ.
    private static TimeSpan ReadLockDuration(Message message, TimeProvider time)
    {
        if (message.MessageAnnotations?[new Symbol("x-opt-locked-until")] is not DateTime until)
            return DefaultLock;
        var left = new DateTimeOffset(until.ToUniversalTime()) - time.GetUtcNow();
        return left < ShortestLock ? ShortestLock : left > LongestLock ? LongestLock : left;
    }

    private static string Cut(string text) => text.Length <= LongestReason ? text : text[..LongestReason];
}
