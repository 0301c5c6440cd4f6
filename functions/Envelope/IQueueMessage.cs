namespace Pipeline.Functions.Envelope;

/// <summary>The body of a message on one of the functions' queues, as JSON.</summary>
internal interface IQueueMessage
{
    /// <summary>The same for every sending of the request.</summary>
    string MessageId { get; }

    /// <summary>Whether all that must be said is said.</summary>
    bool IsComplete { get; }
}
