using Amqp.Listener;

namespace Pipeline.Local.Broker;

/// <summary>A client's link for the answers of a node.</summary>
internal sealed class ReplyOutlet(ListenerLink link) : LinkEndpoint
{
    public override void OnFlow(FlowContext flowContext) { }

    public override void OnDisposition(DispositionContext dispositionContext)
    {
        if (!dispositionContext.Settled && !link.IsClosed)
            link.DisposeMessage(dispositionContext.Message, dispositionContext.DeliveryState, settled: true);
    }
}
