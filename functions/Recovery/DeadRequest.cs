using Pipeline.Core.Messaging;
using Pipeline.Functions.Envelope;

namespace Pipeline.Functions.Recovery;

/// <summary>A training request that the broker gave up.</summary>
/// <param name="Request">The request.</param>
/// <param name="Reason">The broker's or the trainer's reason in a word; null where the host does not say.</param>
/// <param name="Description">The same in a sentence; null where the host does not say.</param>
internal sealed record DeadRequest(TrainingRequest Request, string? Reason, string? Description) : IQueueMessage
{
    /// <inheritdoc/>
    public string MessageId => Request.MessageId;

    /// <inheritdoc/>
    public bool IsComplete => Request.RunId is { Length: > 0 };
}
