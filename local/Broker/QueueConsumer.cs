using Amqp;
using Amqp.Framing;
using Amqp.Listener;
using Amqp.Types;

namespace Pipeline.Local.Broker;

/// <summary>A receiver's link: gets messages while it has credit, and settles them.</summary>
internal sealed class QueueConsumer : LinkEndpoint
{
    private static readonly Symbol LockLost = "com.microsoft:message-lock-lost";
    private readonly BrokerQueue _queue;
    private readonly ListenerLink _link;

    public QueueConsumer(BrokerQueue queue, ListenerLink link)
    {
        _queue = queue;
        _link = link;
        queue.Join(this);
    }

    /// <summary>How many messages the receiver has asked for and not got. Guarded by the broker's gate.</summary>
    public int Credit { get; set; }

    /// <summary>Sends a locked message; false if the link is gone.</summary>
    public bool TrySend(MessageLock held)
    {
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
        var held = Settle(new Guid(dispositionContext.Message.DeliveryTag), dispositionContext.DeliveryState);
        if (!dispositionContext.Settled)
        {
            _link.DisposeMessage(dispositionContext.Message,
                held ? dispositionContext.DeliveryState : new Rejected { Error = new Error(LockLost) }, settled: true);
        }
    }

    public override void OnLinkClosed(ListenerLink link, Error error) => _queue.Leave(this);

    private bool Settle(Guid token, DeliveryState outcome) => outcome switch
    {
        Accepted => _queue.Complete(token),
        Rejected rejected => _queue.DeadLetter(token, Info(rejected, "DeadLetterReason") ?? "Rejected",
            Info(rejected, "DeadLetterErrorDescription") ?? rejected.Error?.Description ?? "The receiver rejected the message."),
        _ => _queue.Abandon(token),
    };

    private static string? Info(Rejected rejected, string key) => rejected.Error?.Info?[new Symbol(key)]?.ToString();
}
