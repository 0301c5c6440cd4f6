namespace Pipeline.Core.Messaging;

/// <summary>A locked message. Exactly one of complete, abandon and dead-letter settles it.</summary>
public interface IDelivery
{
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
