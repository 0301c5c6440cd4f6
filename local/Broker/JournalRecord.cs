namespace Pipeline.Local.Broker;

/// <summary>One line of the journal: something that happened to a message.</summary>
internal sealed record JournalRecord
{
    public required JournalEvent Event { get; init; }

    public long Sequence { get; init; }

    public string? Queue { get; init; }

    public string? MessageId { get; init; }

    public DateTimeOffset? At { get; init; }

    /// <summary>The AMQP message as its sender encoded it.</summary>
    public byte[]? Encoded { get; init; }

    public int? Deliveries { get; init; }

    public string? Reason { get; init; }

    public string? Description { get; init; }

    public static JournalRecord Enqueue(string queue, StoredMessage message) => new()
    {
        Event = JournalEvent.Enqueue,
        Sequence = message.Sequence,
        Queue = queue,
        MessageId = message.MessageId,
        At = message.EnqueuedAt,
        Encoded = message.Encoded,
        Deliveries = message.Deliveries,
        Reason = message.DeadLetterReason,
        Description = message.DeadLetterDescription,
    };

    public static JournalRecord Deliver(StoredMessage message) =>
        new() { Event = JournalEvent.Deliver, Sequence = message.Sequence };

    public static JournalRecord Remove(StoredMessage message) =>
        new() { Event = JournalEvent.Remove, Sequence = message.Sequence };

    public static JournalRecord DeadLetter(string toQueue, StoredMessage message) => new()
    {
        Event = JournalEvent.DeadLetter,
        Sequence = message.Sequence,
        Queue = toQueue,
        Reason = message.DeadLetterReason,
        Description = message.DeadLetterDescription,
    };

    public static JournalRecord Seen(string queue, string messageId, DateTimeOffset at) =>
        new() { Event = JournalEvent.Seen, Queue = queue, MessageId = messageId, At = at };
}

internal enum JournalEvent
{
    /// <summary>A message was accepted.</summary>
    Enqueue,

    /// <summary>It was handed to a receiver.</summary>
    Deliver,

    /// <summary>It was moved to a dead-letter queue.</summary>
    DeadLetter,

    /// <summary>It was completed.</summary>
    Remove,

    /// <summary>An id that duplicate detection still remembers, of a message that is gone.</summary>
    Seen,
}
