using System.Net.Sockets;
using Amqp;

namespace Pipeline.Core.Messaging.Amqp;

/// <summary>Turns what the transport throws into an exception that says what the broker said, and whether to try again.</summary>
internal static class AmqpFailure
{
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
        "com.microsoft:entity-disabled",
        "com.microsoft:argument-error",
    ];

    /// <summary>True for failures of the connection or the broker, as opposed to errors in this program.</summary>
    public static bool IsTransport(Exception e) =>
        e is TrainingQueueException or AmqpException or SocketException or IOException or TimeoutException or ObjectDisposedException;

    public static TrainingQueueException Describe(AmqpEndpoint endpoint, string operation, Exception e)
    {
        if (e is TrainingQueueException described)
            return described;
        if (e is AmqpException { Error: { } error })
        {
            var condition = (string)error.Condition;
            var said = string.IsNullOrEmpty(error.Description) ? condition : $"{condition}: {error.Description}";
            return new TrainingQueueException(
                $"Could not {operation} ({endpoint}): {said}", !Permanent.Contains(condition), e);
        }

        return new TrainingQueueException($"Could not {operation} ({endpoint}): {e.Message}", isTransient: true, e);
    }
}
