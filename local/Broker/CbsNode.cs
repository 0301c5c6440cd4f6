using Amqp;
using Amqp.Framing;
using Amqp.Listener;

namespace Pipeline.Local.Broker;

/// <summary>The node <c>$cbs</c>: takes a token and remembers with the connection how long it holds.</summary>
internal sealed class CbsNode(EmbeddedBrokerOptions options, TimeProvider time) : IRequestProcessor
{
    private const string Expiration = "token-expiration";

    public int Credit => 10;

    /// <summary>True while the connection has a token that is valid, or where none is needed.</summary>
    public bool Admits(ListenerConnection connection) =>
        options.TokenValidator is null
        || (connection.Properties.TryGetValue(Expiration, out var until) && time.GetUtcNow() < (DateTimeOffset)until);

    public void Process(RequestContext requestContext)
    {
        if (requestContext.ResponseLink is null)
            return;
        var request = requestContext.Message;
        var accepted = request.ApplicationProperties?["operation"] is "put-token"
            && request.Body is string token
            && options.TokenValidator?.Invoke(token) != false;
        if (accepted)
        {
            var connection = (ListenerConnection)requestContext.Link.Session.Connection;
            connection.Properties[Expiration] = request.ApplicationProperties!["expiration"] is DateTime until
                ? new DateTimeOffset(until.ToUniversalTime())
                : DateTimeOffset.MaxValue;
        }

        requestContext.Complete(new Message
        {
            ApplicationProperties = new ApplicationProperties
            {
                ["status-code"] = accepted ? 202 : 401,
                ["status-description"] = accepted ? "Accepted" : "Unauthorized",
            },
        });
    }
}
