using Amqp;
using Amqp.Types;

namespace Pipeline.Core.Messaging.Amqp;

/// <summary>A message that RabbitMQ holds for its link, without an expiring lock. A link that is gone has lost its message.</summary>
internal sealed class RabbitMqLockedMessage(AmqpEndpoint endpoint, ReceiverLink link, Message message)
    : LockedMessage(endpoint, link, message)
{
    public override TimeSpan? LockDuration => null;

    public override Task RenewAsync(CancellationToken cancellationToken) =>
        Link.IsClosed ? Task.FromException(LockLost("The link is gone")) : Task.CompletedTask;

    public override Task CompleteAsync(CancellationToken cancellationToken) => SettleAsync(l => l.Accept(Message));

    public override async Task AbandonAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SettleAsync(l => l.Modify(Message, deliveryFailed: true));
        }
        catch (MessageLockLostException)
        {
            // Given back already, which is what was asked for.
        }
    }

    /// <summary>
    /// Modified and undeliverable here, not rejected: both go to the dead-letter exchange, but only the annotations of "modified"
    /// stay with the message; RabbitMQ drops the error of "rejected".
    /// </summary>
    public override Task DeadLetterAsync(string reason, string description, CancellationToken cancellationToken) =>
        SettleAsync(l => l.Modify(Message, deliveryFailed: true, undeliverableHere: true, new Fields
        {
            [new Symbol("x-opt-dead-letter-reason")] = reason,
            [new Symbol("x-opt-dead-letter-description")] = description,
        }));

    private async Task SettleAsync(Action<ReceiverLink> settle)
    {
        if (!await TrySettleOverLinkAsync(settle))
            throw LockLost("The link broke while the message was settled");
    }
}
