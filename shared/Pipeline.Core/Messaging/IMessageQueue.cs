namespace Pipeline.Core.Messaging;

/// <summary>A queue of JSON messages. At least once: a receiver must bear a second delivery.</summary>
public interface IMessageQueue : IAsyncDisposable
{
    /// <summary>Sends a message and returns when the broker has taken it. Tries again for a minute where the connection fails.</summary>
    /// <param name="messageId">A second message with the same id within the broker's window is dropped.</param>
    /// <param name="body">JSON.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="TrainingQueueException">The broker refused it, or could not be reached.</exception>
    Task SendAsync(string messageId, string body, CancellationToken cancellationToken = default);

    /// <summary>Receives one message under a lock (peek-lock).</summary>
    /// <param name="maxWait">How long to wait for one.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The message, or null if none came in time.</returns>
    /// <exception cref="TrainingQueueException">The broker refused, or could not be reached until the wait was over.</exception>
    Task<IMessageDelivery?> ReceiveAsync(TimeSpan maxWait, CancellationToken cancellationToken = default);
}

/// <summary>A locked message as it came.</summary>
public interface IMessageDelivery : IDelivery
{
    /// <summary>The id it was sent with.</summary>
    string MessageId { get; }

    /// <summary>Its body.</summary>
    string Body { get; }

    /// <summary>Its application properties as text. In a dead-letter queue <c>DeadLetterReason</c> and <c>DeadLetterErrorDescription</c> are among them.</summary>
    IReadOnlyDictionary<string, string> ApplicationProperties { get; }
}
