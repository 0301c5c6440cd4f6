namespace Pipeline.Functions.Envelope;

/// <summary>An upload whose message the broker gave up.</summary>
/// <param name="Event">The upload.</param>
/// <param name="Reason">The broker's reason in a word; null where the host does not say.</param>
/// <param name="Description">The same in a sentence; null where the host does not say.</param>
internal sealed record DeadUpload(BlobEvent Event, string? Reason, string? Description) : IQueueMessage
{
    /// <inheritdoc/>
    public string MessageId => Event.MessageId;

    /// <inheritdoc/>
    public bool IsComplete => Event.IsComplete;

    /// <summary>What the broker says, as the end of a sentence and perhaps another.</summary>
    public string Why => $"the queue gave up its message ({Reason ?? "the host does not say why"}). {Description}".TrimEnd();
}
