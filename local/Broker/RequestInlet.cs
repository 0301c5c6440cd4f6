using Amqp;
using Amqp.Framing;
using Amqp.Listener;

namespace Pipeline.Local.Broker;

/// <summary>A client's link for requests to a node.</summary>
/// <param name="node">Makes the answer to a request of a connection.</param>
/// <param name="replies">Where answers go.</param>
/// <param name="links">Keeps note of use.</param>
internal sealed class RequestInlet(Func<Message, ListenerConnection, Message> node, ReplyLinks replies, LiveLinks links) : LinkEndpoint
{
    public const int Credit = 10;

    public override void OnMessage(MessageContext messageContext)
    {
        links.Use(messageContext.Link);
        var request = messageContext.Message;
        var connection = (ListenerConnection)messageContext.Link.Session.Connection;
        if (replies.Find(connection, request.Properties?.ReplyTo) is not { } link)
        {
            messageContext.Complete(new Error(ErrorCode.NotFound) { Description = "The request's reply-to is no link of this connection." });
            return;
        }

        var reply = node(request, connection);
        reply.Properties = new Properties { CorrelationId = request.Properties!.MessageId };
        messageContext.Complete();
        links.Use(link);
        try
        {
            link.SendMessage(reply);
        }
        catch (AmqpException)
        {
            // Whoever asked has gone.
        }
    }

    public override void OnFlow(FlowContext flowContext) { }

    public override void OnDisposition(DispositionContext dispositionContext) { }
}
