namespace Pipeline.Core.Messaging;

/// <summary>The queue between ingest and trainer. At least once: a receiver must bear a second delivery.</summary>
public interface ITrainingQueue : IAsyncDisposable
{
    /// <summary>Sends a request and returns when the broker has taken it. Tries again for a minute where the connection fails.</summary>
    /// <exception cref="TrainingQueueException">The broker refused it, or could not be reached.</exception>
    Task SendAsync(TrainingRequest request, CancellationToken cancellationToken = default);

    /// <summary>Receives one message under a lock (peek-lock). A message that cannot be read is dead-lettered and passed over.</summary>
    /// <param name="maxWait">How long to wait for one.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The message, or null if none came in time.</returns>
    /// <exception cref="TrainingQueueException">The broker refused, or could not be reached until the wait was over.</exception>
    Task<ITrainingDelivery?> ReceiveAsync(TimeSpan maxWait, CancellationToken cancellationToken = default);
}

/// <summary>A locked training request.</summary>
public interface ITrainingDelivery : IDelivery
{
    /// <summary>What to do.</summary>
    TrainingRequest Request { get; }
}

/// <summary>The broker no longer holds the message for this receiver.</summary>
public sealed class MessageLockLostException : Exception
{
    /// <summary>With a message that names the queue and the message.</summary>
    public MessageLockLostException(string message) : base(message) { }

    /// <summary>With the transport's error.</summary>
    public MessageLockLostException(string message, Exception inner) : base(message, inner) { }

    /// <summary>For serializers.</summary>
    public MessageLockLostException() { }
}
