using Pipeline.Core.Metrics;

namespace Pipeline.Core.Models;

/// <summary>Makes a version exist: written last, under <c>If-None-Match: *</c>, as <c>models/{name}/{version}/manifest.json</c>.</summary>
/// <param name="ModelName">The model.</param>
/// <param name="Version">The version.</param>
/// <param name="RunId">The run that made it.</param>
/// <param name="CreatedAt">When it was published (UTC).</param>
/// <param name="Labels">Label names by id; of a regression <see cref="ProblemTypeName.RegressionLabel"/> alone.</param>
/// <param name="MaxLength">Tokens of a text that the model reads.</param>
/// <param name="Test">Its figures on the test split.</param>
/// <param name="Files">Every file of the version but the manifest itself.</param>
/// <param name="ProblemType">Whether it gives a text one label, any number of them, or a number.</param>
/// <param name="HasPairs">Whether it reads pairs of texts.</param>
/// <param name="Decisions">How it makes answers of probabilities; null: the likeliest label, or all above one half.</param>
/// <param name="Onnx">What its graphs give, and which of them serves; null in versions from before it was told, which serve fp32.</param>
public sealed record ModelManifest(
    string ModelName,
    string Version,
    string RunId,
    DateTimeOffset CreatedAt,
    IReadOnlyList<string> Labels,
    int MaxLength,
    Runs.HeadlineMetrics Test,
    IReadOnlyList<ModelFile> Files,
    ProblemType ProblemType = ProblemType.SingleLabelClassification,
    bool HasPairs = false,
    DecisionRule? Decisions = null,
    OnnxMetrics? Onnx = null);

/// <summary>A file of a version.</summary>
/// <param name="Path">Relative to the version's folder, for example <c>onnx/model.onnx</c>.</param>
/// <param name="SizeBytes">Length in bytes.</param>
/// <param name="Sha256">Lower-case hex SHA-256 of the content.</param>
public sealed record ModelFile(string Path, long SizeBytes, string Sha256);

/// <summary>The version in production, <c>models/{name}/production.json</c>.</summary>
/// <param name="Version">The version that answers.</param>
/// <param name="SwitchedAt">When the pointer was moved here (UTC).</param>
/// <param name="Previous">The version before, for a rollback; null for the first.</param>
/// <param name="Choice">The person who moved it here; null where a run did.</param>
public sealed record ProductionPointer(string Version, DateTimeOffset SwitchedAt, string? Previous = null, PersonsChoice? Choice = null);

/// <summary>A person's word that a version shall answer.</summary>
/// <param name="By">Who said so, as the request names them; null where it does not.</param>
/// <param name="Reason">Why; null where it was not said.</param>
public sealed record PersonsChoice(string? By, string? Reason);
