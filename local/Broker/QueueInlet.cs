using Amqp;
using Amqp.Framing;
using Amqp.Listener;

namespace Pipeline.Local.Broker;

/// <summary>A sender's link. A message is accepted when it is on disk.</summary>
internal sealed class QueueInlet(BrokerQueue queue, EmbeddedBrokerOptions options, LiveLinks links) : LinkEndpoint
{
    public const int Credit = 100;

    // Azure's clients send several messages as one, each encoded in a data section.
    private const uint BatchFormat = 0x80013700;

    public override void OnMessage(MessageContext messageContext)
    {
        links.Use(messageContext.Link);
        if (Take(messageContext.Message) is { } error)
            messageContext.Complete(error);
        else
            messageContext.Complete();
    }

    public override void OnFlow(FlowContext flowContext) => links.Use(flowContext.Link);

    public override void OnDisposition(DispositionContext dispositionContext) { }

    private Error? Take(Message message)
    {
        if (options.Refusal?.Invoke(queue.Name) is { } refusal)
            return refusal;
        var encoded = message.Encode();
        if (encoded.Length > options.MaxMessageBytes)
        {
            return new Error(ErrorCode.MessageSizeExceeded)
            {
                Description = $"The message has {encoded.Length} bytes; the limit is {options.MaxMessageBytes}.",
            };
        }

        try
        {
            if (message.Format == BatchFormat)
            {
                foreach (var part in Parts(message))
                    queue.Enqueue(Message.Decode(new ByteBuffer(part, 0, part.Length, part.Length)).Properties?.MessageId, part);
            }
            else
            {
                queue.Enqueue(message.Properties?.MessageId, encoded.Buffer.AsSpan(encoded.Offset, encoded.Length).ToArray());
            }

            return null;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return new Error("amqp:internal-error") { Description = $"The message could not be written to disk: {e.Message}" };
        }
    }

    private static IEnumerable<byte[]> Parts(Message batch) => batch.BodySection switch
    {
        DataList list => Enumerable.Range(0, list.Count).Select(i => list[i].Binary),
        Data data => [data.Binary],
        _ => [],
    };
}
