using Amqp;
using Amqp.Framing;
using Amqp.Listener;
using Amqp.Types;

namespace Pipeline.Local.Broker;

/// <summary>The node <c>{queue}/$management</c>: renews locks, settles messages whose link is gone, and shows messages without taking them.</summary>
internal sealed class ManagementNode(BrokerQueue queue, EmbeddedBrokerOptions options, LiveLinks links)
{
    public Message Answer(Message request, ListenerConnection connection)
    {
        if (options.Refusal?.Invoke(queue.Name) is { } error)
            return Status(503, error.Description, error.Condition);
        // Work on a link's messages keeps the link from being idle.
        if (request.ApplicationProperties?["associated-link-name"] is string linkName)
            links.Use(connection, linkName);
        if (request.Body is not Map body)
            return Status(400, "The body must be a map.", "com.microsoft:argument-error");
        return request.ApplicationProperties?["operation"] switch
        {
            "com.microsoft:renew-lock" when body["lock-tokens"] is Guid[] tokens => Renew(tokens),
            "com.microsoft:update-disposition" when body["lock-tokens"] is Guid[] tokens => Settle(tokens, body),
            "com.microsoft:peek-message" when body["from-sequence-number"] is long from && body["message-count"] is int count => Peek(from, count),
            "com.microsoft:renew-lock" or "com.microsoft:update-disposition" or "com.microsoft:peek-message" =>
                Status(400, "The body lacks what the operation needs.", "com.microsoft:argument-error"),
            var other => Status(501, $"The operation '{other}' is not known.", ErrorCode.NotImplemented),
        };
    }

    private Message Renew(Guid[] tokens)
    {
        var expirations = tokens.Select(queue.Renew).ToList();
        return expirations.Contains(null)
            ? LockLost()
            : Ok(new Map { ["expirations"] = expirations.Select(e => e!.Value.UtcDateTime).ToArray() });
    }

    private Message Settle(Guid[] tokens, Map body)
    {
        Func<Guid, bool>? settle = body["disposition-status"] switch
        {
            "completed" => queue.Complete,
            "abandoned" => queue.Abandon,
            "suspended" => token => queue.DeadLetter(token, body["deadletter-reason"] as string, body["deadletter-description"] as string),
            _ => null,
        };
        if (settle is null)
            return Status(501, $"The disposition '{body["disposition-status"]}' is not known.", ErrorCode.NotImplemented);
        return tokens.Select(settle).ToList().TrueForAll(held => held) ? Ok([]) : LockLost();
    }

    private Message Peek(long from, int count)
    {
        var messages = new List();
        foreach (var encoded in queue.Peek(from, count))
            messages.Add(new Map { ["message"] = encoded });
        return messages.Count == 0 ? Status(204, "No content", null) : Ok(new Map { ["messages"] = messages });
    }

    private static Message LockLost() => Status(410, "The lock is gone.", "com.microsoft:message-lock-lost");

    private static Message Ok(Map body)
    {
        var reply = Status(200, "OK", null);
        reply.BodySection = new AmqpValue { Value = body };
        return reply;
    }

    private static Message Status(int code, string? description, string? condition)
    {
        var properties = new ApplicationProperties { ["statusCode"] = code, ["statusDescription"] = description };
        if (condition is not null)
            properties["errorCondition"] = new Symbol(condition);
        return new Message { ApplicationProperties = properties };
    }
}
