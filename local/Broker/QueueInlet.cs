using Amqp.Framing;
using Amqp.Listener;

namespace Pipeline.Local.Broker;

/// <summary>A sender's link. A message is accepted when it is on disk.</summary>
internal sealed class QueueInlet(BrokerQueue queue) : LinkEndpoint
{
    public const int Credit = 100;

    public override void OnMessage(MessageContext messageContext)
    {
        var message = messageContext.Message;
        try
        {
            var encoded = message.Encode();
            queue.Enqueue(message.Properties?.MessageId, encoded.Buffer.AsSpan(encoded.Offset, encoded.Length).ToArray());
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            messageContext.Complete(new Error("amqp:internal-error") { Description = $"The message could not be written to disk: {e.Message}" });
            return;
        }

        messageContext.Complete();
    }

    public override void OnFlow(FlowContext flowContext) { }

    public override void OnDisposition(DispositionContext dispositionContext) { }
}
