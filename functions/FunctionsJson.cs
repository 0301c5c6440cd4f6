using System.Text.Json.Serialization;
using Pipeline.Core;
using Pipeline.Functions.Api;
using Pipeline.Functions.Api.Tei;
using Pipeline.Functions.Drift;
using Pipeline.Functions.Envelope;
using Pipeline.Functions.Feedback;
using Pipeline.Functions.Ingestion.FanOut;
using Pipeline.Functions.Ingestion.Join;
using Pipeline.Functions.Ingestion.Parts;
using Pipeline.Functions.Ingestion.Scan;
using Pipeline.Functions.Ingestion.Write;
using Pipeline.Functions.Scoring;
using Pipeline.Functions.Serving;
using Pipeline.Functions.Serving.Explaining;

namespace Pipeline.Functions;

/// <summary>
/// Reads and writes the app's answers, messages and documents by code that the compiler wrote (<see cref="CoreJson"/> says why). Every type that an endpoint
/// answers with must stand here or there.
/// </summary>
[JsonSerializable(typeof(Health))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(ModelDetails))]
[JsonSerializable(typeof(RunList))]
[JsonSerializable(typeof(IReadOnlyList<IReadOnlyList<LabelScore>>))]
[JsonSerializable(typeof(ModelInfo))]
[JsonSerializable(typeof(IReadOnlyList<IReadOnlyList<Prediction>>))]
[JsonSerializable(typeof(TeiError))]
[JsonSerializable(typeof(StoredFeedback))]
[JsonSerializable(typeof(DriftReport))]
[JsonSerializable(typeof(InvocationResult))]
[JsonSerializable(typeof(ScoreRequest))]
[JsonSerializable(typeof(PartRequest))]
[JsonSerializable(typeof(IReadOnlyList<DatasetPart>))]
[JsonSerializable(typeof(PartSummary))]
[JsonSerializable(typeof(JoinSummary))]
[JsonSerializable(typeof(IReadOnlyList<WrittenPart>))]
[JsonSerializable(typeof(InboxOptions))]
[JsonSerializable(typeof(ScoringProgress))]
[JsonSerializable(typeof(ScoringSummary))]
[JsonSerializable(typeof(ScoringError))]
[JsonSerializable(typeof(FeedbackRow))]
[JsonSerializable(typeof(FeedbackKey))]
[JsonSerializable(typeof(DayOfModel))]
[JsonSerializable(typeof(IReadOnlyList<WordWeight>))]
[JsonSerializable(typeof(Dictionary<string, IReadOnlyList<WordWeight>>))]
[JsonSerializable(typeof(IEnumerable<string>))]
internal sealed partial class FunctionsJson : JsonSerializerContext
{
    /// <summary>Compact form, for answers and messages.</summary>
    public static FunctionsJson Compact { get; } = new(PipelineJson.Dialect(indented: false));

    /// <summary>Indented form, for the documents a person may open in the storage account.</summary>
    public static FunctionsJson Indented { get; } = new(PipelineJson.Dialect(indented: true));
}
