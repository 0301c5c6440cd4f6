using System.Text.Json.Serialization;

namespace Pipeline.Core.Messaging;

/// <summary>The body of a message on the queue <c>training-requests</c>, as JSON.</summary>
/// <param name="RunId">The run to work on; all else is in its record.</param>
/// <param name="ModelName">The model, for people who look at the queue.</param>
/// <param name="Trial">The trial of a sweep to work on, from 1; null for a run that trains one model.</param>
/// <param name="Rung">How far the trial is trained, from 0; only with <paramref name="Trial"/>.</param>
public sealed record TrainingRequest(string RunId, string ModelName, int? Trial = null, int? Rung = null)
{
    /// <summary>When the message was sent again because the trainer was silent; null in the first. A trainer that has shown life since makes it void.</summary>
    public DateTimeOffset? ResentAt { get; init; }

    /// <summary>The message's id: a second one of the same id within the broker's window is dropped.</summary>
    [JsonIgnore]
    public string MessageId => (Trial is null ? RunId : $"{RunId}/trial-{Trial}/rung-{Rung ?? 0}") + (ResentAt is { } at ? $"/resent-{at.ToUnixTimeMilliseconds()}" : "");

    /// <summary>Whether somebody has worked on it since it was sent again, so that another message carries it on.</summary>
    /// <param name="heartbeat">The last sign of life of its trainer; null: there was none.</param>
    public bool IsVoid(DateTimeOffset? heartbeat) => ResentAt is { } at && heartbeat > at;
}
