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

/// <summary>A locked message. Exactly one of complete, abandon and dead-letter settles it.</summary>
public interface ITrainingDelivery
{
    /// <summary>What to do.</summary>
    TrainingRequest Request { get; }

    /// <summary>How often the message has been delivered, this time included; 1 at first.</summary>
    int DeliveryCount { get; }

    /// <summary>How long a lock lasts without renewal; null where the broker holds it as long as the connection lives.</summary>
    TimeSpan? LockDuration { get; }

    /// <summary>Prolongs the lock by <see cref="LockDuration"/>. Does nothing where locks do not expire.</summary>
    /// <exception cref="MessageLockLostException">The lock is gone and the message is, or will be, someone else's.</exception>
    Task RenewLockAsync(CancellationToken cancellationToken = default);

    /// <summary>Removes the message: the work is done.</summary>
    /// <exception cref="MessageLockLostException">The lock is gone; the message will be delivered again.</exception>
    Task CompleteAsync(CancellationToken cancellationToken = default);

    /// <summary>Gives the message back for another delivery. Does nothing where the lock is gone: then it has been given back.</summary>
    Task AbandonAsync(CancellationToken cancellationToken = default);

    /// <summary>Moves the message to the dead-letter queue: no delivery can succeed.</summary>
    /// <exception cref="MessageLockLostException">The lock is gone; the message will be delivered again.</exception>
    Task DeadLetterAsync(string reason, string description, CancellationToken cancellationToken = default);
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
