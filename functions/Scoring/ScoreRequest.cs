using System.Text.Json.Serialization;
using Pipeline.Functions.Envelope;

namespace Pipeline.Functions.Scoring;

/// <summary>The body of a message on the queue <c>inbox-files</c>, as JSON.</summary>
/// <param name="Blob">The file's name in the container <c>inbox</c>, <c>{model}/…</c>.</param>
/// <param name="ETag">The upload that is meant.</param>
/// <param name="Slice">Messages about this upload before this one.</param>
/// <param name="Blocks">Blocks of the result that were there when this message was sent.</param>
internal sealed record ScoreRequest(string Blob, string ETag, int Slice = 0, int Blocks = 0) : IQueueMessage
{
    /// <inheritdoc/>
    [JsonIgnore]
    public string MessageId => $"{Upload}/{Slice}";

    /// <inheritdoc/>
    [JsonIgnore]
    public bool IsComplete => Blob is { Length: > 0 } && ETag is { Length: > 0 };

    /// <summary>Names the upload: the model and twelve hex digits.</summary>
    [JsonIgnore]
    public string Upload => Pipeline.Core.Runs.RunId.From(Model, Blob, ETag);

    /// <summary>The first folder of the file's name; empty where it lies in none.</summary>
    [JsonIgnore]
    public string Model => Blob.IndexOf('/', StringComparison.Ordinal) is > 0 and var end ? Blob[..end] : "";

    /// <summary>The message that goes on from here.</summary>
    public ScoreRequest Next(int blocks) => this with { Slice = Slice + 1, Blocks = blocks };
}
