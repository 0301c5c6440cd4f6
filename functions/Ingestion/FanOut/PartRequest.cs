using System.Text.Json.Serialization;
using Pipeline.Core;
using Pipeline.Functions.Envelope;

namespace Pipeline.Functions.Ingestion.FanOut;

/// <summary>What is to be done for a large dataset.</summary>
[JsonConverter(typeof(SnakeCaseEnum<IngestStep>))]
internal enum IngestStep
{
    /// <summary>Cut the files into parts.</summary>
    Plan,

    /// <summary>Read a part for the first time; whoever ends last joins the parts.</summary>
    Scan,

    /// <summary>Tokenize a part; whoever ends last finishes the run.</summary>
    Write,
}

/// <summary>The body of a message on the queue <c>ingest-parts</c>, as JSON.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Step">What to do.</param>
/// <param name="Part">The part, from 0; 0 for <see cref="IngestStep.Plan"/>.</param>
internal sealed record PartRequest(string RunId, IngestStep Step, int Part = 0) : IQueueMessage
{
    /// <summary>The same for every sending of the request.</summary>
    [JsonIgnore]
    public string MessageId => $"{RunId}/{Step.ToString().ToLowerInvariant()}/{Part}";

    /// <inheritdoc/>
    [JsonIgnore]
    public bool IsComplete => RunId is { Length: > 0 } && Part >= 0;
}
