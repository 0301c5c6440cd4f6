using Amqp;
using Amqp.Framing;
using Amqp.Listener;
using Amqp.Types;

namespace Pipeline.Local.Broker;

/// <summary>A receiver's link: gets messages while it has credit, and settles them.</summary>
internal sealed class QueueConsumer : LinkEndpoint
{
    private static readonly Error LockLost = new("com.microsoft:message-lock-lost")
    {
        Description = "The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.",
    };

    private static readonly Error NoDeferral = new(ErrorCode.NotImplemented) { Description = "This broker defers no messages." };

    private readonly BrokerQueue _queue;
    private readonly ListenerLink _link;
    private readonly LiveLinks _links;

    public QueueConsumer(BrokerQueue queue, ListenerLink link, LiveLinks links)
    {
        _queue = queue;
        _link = link;
        _links = links;
        queue.Join(this);
    }

    /// <summary>How many messages the receiver has asked for and not got. Guarded by the broker's gate.</summary>
    public int Credit { get; set; }

    /// <summary>Sends a locked message; false if the link is gone.</summary>
    public bool TrySend(MessageLock held)
    {
        _links.Use(_link);
        try
        {
            _link.SendMessage(new TaggedMessage(held));
            return true;
        }
        catch (AmqpException)
        {
            return false;
        }
    }

    public override void OnFlow(FlowContext flowContext)
    {
        _links.Use(_link);
        _queue.AddCredit(this, flowContext.Messages);
        if (_link.IsDraining)
        {
            _queue.AddCredit(this, int.MinValue);
            _link.CompleteDrain();
        }
    }

    public override void OnDisposition(DispositionContext dispositionContext)
    {
        // When a link closes, the library reports its open deliveries as released; OnLinkClosed deals with them.
        if (_link.IsClosed)
            return;
        _links.Use(_link);
        var error = Settle(new Guid(dispositionContext.Message.DeliveryTag), dispositionContext.DeliveryState);
        if (!dispositionContext.Settled)
        {
            // An error in the answer means that the settlement failed, so that of the receiver is not sent back.
            var answer = error is not null ? new Rejected { Error = error }
                : dispositionContext.DeliveryState is Rejected ? new Rejected()
                : dispositionContext.DeliveryState;
            _link.DisposeMessage(dispositionContext.Message, answer, settled: true);
        }
    }

    public override void OnLinkClosed(ListenerLink link, Error error) => _queue.Leave(this);

    private Error? Settle(Guid token, DeliveryState outcome)
    {
        if (outcome is Modified { UndeliverableHere: true })
            return NoDeferral;
        var held = outcome switch
        {
            Accepted => _queue.Complete(token),
            Rejected rejected => _queue.DeadLetter(token, Info(rejected, "DeadLetterReason"), Info(rejected, "DeadLetterErrorDescription")),
            _ => _queue.Abandon(token),
        };
        return held ? null : LockLost;
    }

    private static string? Info(Rejected rejected, string key) => rejected.Error?.Info?[new Symbol(key)]?.ToString();
}
