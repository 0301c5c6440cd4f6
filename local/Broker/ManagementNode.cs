using Amqp;
using Amqp.Framing;
using Amqp.Listener;
using Amqp.Types;

namespace Pipeline.Local.Broker;

/// <summary>The node <c>{queue}/$management</c>: renews locks and settles messages whose link is gone.</summary>
internal sealed class ManagementNode(BrokerQueue queue) : IRequestProcessor
{
    public int Credit => 10;

    public void Process(RequestContext requestContext)
    {
        if (requestContext.ResponseLink is not null)
            requestContext.Complete(Answer(requestContext.Message));
    }

    private Message Answer(Message request)
    {
        if (request.Body is not Map body || body["lock-tokens"] is not Guid[] tokens)
            return Status(400, "The body must be a map with 'lock-tokens'.", "com.microsoft:argument-error");
        switch (request.ApplicationProperties?["operation"])
        {
            case "com.microsoft:renew-lock":
                var expirations = tokens.Select(queue.Renew).ToList();
                if (expirations.Contains(null))
                    return LockLost();
                var reply = Status(200, "OK", null);
                reply.BodySection = new AmqpValue
                {
                    Value = new Map { ["expirations"] = expirations.Select(e => e!.Value.UtcDateTime).ToArray() },
                };
                return reply;
            case "com.microsoft:update-disposition":
                return tokens.Select(token => Settle(token, body)).ToList().TrueForAll(held => held) ? Status(200, "OK", null) : LockLost();
            default:
                return Status(501, "The operation is not known.", "amqp:not-implemented");
        }
    }

    private bool Settle(Guid token, Map body) => body["disposition-status"] switch
    {
        "completed" => queue.Complete(token),
        "suspended" => queue.DeadLetter(token, body["deadletter-reason"] as string ?? "", body["deadletter-description"] as string ?? ""),
        _ => queue.Abandon(token),
    };

    private static Message LockLost() => Status(410, "The lock is gone.", "com.microsoft:message-lock-lost");

    private static Message Status(int code, string description, string? condition)
    {
        var properties = new ApplicationProperties { ["statusCode"] = code, ["statusDescription"] = description };
        if (condition is not null)
            properties["errorCondition"] = new Symbol(condition);
        return new Message { ApplicationProperties = properties };
    }
}
