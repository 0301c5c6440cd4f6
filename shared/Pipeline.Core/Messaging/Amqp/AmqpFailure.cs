using System.Net.Sockets;
using System.Security.Authentication;
using Amqp;

namespace Pipeline.Core.Messaging.Amqp;

/// <summary>Turns what the transport throws into an exception that says what the broker said, what to do, and whether to try again.</summary>
internal static class AmqpFailure
{
    private const string AuthFailed = "com.microsoft:auth-failed";

    // Everything else (forced closes, time-outs, a busy server) passes by itself.
    private static readonly HashSet<string> Permanent =
    [
        ErrorCode.UnauthorizedAccess,
        ErrorCode.NotFound,
        ErrorCode.NotAllowed,
        ErrorCode.NotImplemented,
        ErrorCode.InvalidField,
        ErrorCode.PreconditionFailed,
        ErrorCode.MessageSizeExceeded,
        AuthFailed,
        "com.microsoft:entity-disabled",
        "com.microsoft:argument-error",
        "com.microsoft:argument-out-of-range",
    ];

    /// <summary>True for failures of the connection or the broker, as opposed to errors in this program.</summary>
    public static bool IsTransport(Exception e) =>
        e is TrainingQueueException or AmqpException or SocketException or IOException or TimeoutException or ObjectDisposedException or AuthenticationException;

    /// <summary>The broker does not, or no longer, know who asks.</summary>
    public static bool IsUnauthorized(Exception e) => Condition(e) is var condition && (condition == ErrorCode.UnauthorizedAccess || condition == AuthFailed);

    /// <summary>The broker asks to be left alone for a while.</summary>
    public static bool IsBusy(Exception e) => Condition(e) == "com.microsoft:server-busy";

    public static TrainingQueueException Describe(AmqpEndpoint endpoint, string operation, Exception e)
    {
        if (e is TrainingQueueException described)
            return described;
        if (e is AuthenticationException)
        {
            return new TrainingQueueException(
                $"Could not {operation} ({endpoint}): {e.Message} If a private authority issued the broker's certificate, name the authority's " +
                $"file in {QueueOptions.Section}:{nameof(QueueOptions.CertificateAuthority)}.",
                isTransient: false, e);
        }

        if (e is AmqpException { Error: { } error })
        {
            var condition = (string)error.Condition;
            var said = string.IsNullOrEmpty(error.Description) ? condition : $"{condition}: {error.Description}";
            return new TrainingQueueException($"Could not {operation} ({endpoint}): {said}{Fix(endpoint, e, condition)}", !Permanent.Contains(condition), e);
        }

        return new TrainingQueueException($"Could not {operation} ({endpoint}): {e.Message}", isTransient: true, e);
    }

    private static string Fix(AmqpEndpoint endpoint, Exception e, string condition)
    {
        if (condition == ErrorCode.NotFound)
            return " Create the queue, or name another one in the configuration.";
        if (!IsUnauthorized(e))
            return "";
        return endpoint.Credential is null
            ? $" Check user and password in {QueueOptions.Section}:{nameof(QueueOptions.Address)}."
            : " Give the identity the roles Azure Service Bus Data Sender and Data Receiver on the queue.";
    }

    private static string? Condition(Exception e) => (e as AmqpException)?.Error is { Condition: { } condition } ? (string)condition : null;
}
