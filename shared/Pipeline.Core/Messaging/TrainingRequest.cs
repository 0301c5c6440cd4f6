namespace Pipeline.Core.Messaging;

/// <summary>The body of a message on the queue <c>training-requests</c>, as JSON. Its <c>MessageId</c> is <see cref="RunId"/>.</summary>
/// <param name="RunId">The run to work on; all else is in its record.</param>
/// <param name="ModelName">The model, for people who look at the queue.</param>
public sealed record TrainingRequest(string RunId, string ModelName);
