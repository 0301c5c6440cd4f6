using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace Pipeline.Core.Messaging.Amqp;

/// <summary>The operations on locked messages that Service Bus answers on <c>{queue}/$management</c>.</summary>
internal static class ServiceBusManagement
{
    private const string LockLost = "com.microsoft:message-lock-lost";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>Prolongs a lock.</summary>
    /// <param name="session">A live session.</param>
    /// <param name="lockToken">The message's delivery tag.</param>
    /// <param name="linkName">The link it came over; null when that link is gone.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <returns>When the lock expires now.</returns>
    /// <exception cref="MessageLockLostException">The lock is gone.</exception>
    public static async Task<DateTimeOffset> RenewLockAsync(
        AmqpSession session, Guid lockToken, string? linkName, CancellationToken cancellationToken)
    {
        var body = new Map { ["lock-tokens"] = new[] { lockToken } };
        using var reply = await RequestAsync(session, "com.microsoft:renew-lock", linkName, body, cancellationToken);
        var expirations = (DateTime[])((Map)reply.Body)["expirations"];
        return new DateTimeOffset(expirations[0].ToUniversalTime());
    }

    /// <summary>Settles a message whose link is gone while its lock is not.</summary>
    /// <param name="session">A live session.</param>
    /// <param name="lockToken">The message's delivery tag.</param>
    /// <param name="status"><c>completed</c>, <c>abandoned</c>, or <c>suspended</c> for dead-lettered.</param>
    /// <param name="more">Further entries of the request, for example <c>deadletter-reason</c>.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <exception cref="MessageLockLostException">The lock is gone.</exception>
    public static async Task UpdateDispositionAsync(
        AmqpSession session, Guid lockToken, string status, IReadOnlyDictionary<string, string> more, CancellationToken cancellationToken)
    {
        var body = new Map { ["disposition-status"] = status, ["lock-tokens"] = new[] { lockToken } };
        foreach (var (key, value) in more)
            body[key] = value;
        using var reply = await RequestAsync(session, "com.microsoft:update-disposition", linkName: null, body, cancellationToken);
    }

    private static async Task<Message> RequestAsync(
        AmqpSession session, string operation, string? linkName, Map body, CancellationToken cancellationToken)
    {
        using var request = new Message(body)
        {
            ApplicationProperties = new ApplicationProperties
            {
                ["operation"] = operation,
                ["com.microsoft:server-timeout"] = (uint)Timeout.TotalMilliseconds,
            },
        };
        if (linkName is not null)
            request.ApplicationProperties["associated-link-name"] = linkName;

        var management = await session.ManagementAsync(cancellationToken);
        var reply = await management.RequestAsync(request, Timeout, cancellationToken);
        var status = Convert.ToInt32(reply.ApplicationProperties["statusCode"]);
        if (status == 200)
            return reply;
        var condition = reply.ApplicationProperties["errorCondition"]?.ToString();
        var description = reply.ApplicationProperties["statusDescription"]?.ToString();
        throw status == 410 || condition == LockLost
            ? new MessageLockLostException($"The lock {lockTokens(body)} is gone: {description}")
            : new AmqpException(condition ?? ErrorCode.InternalError, $"{operation} answered {status}: {description}");

        static string lockTokens(Map body) => string.Join(", ", (Guid[])body["lock-tokens"]);
    }
}
