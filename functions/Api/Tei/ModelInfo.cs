using System.Text.Json.Serialization;
using Pipeline.Core;
using Pipeline.Core.Metrics;
using Pipeline.Core.Models;
using Pipeline.Functions.Serving;

namespace Pipeline.Functions.Api.Tei;

/// <summary>The answer of <c>/info</c>: the properties of Text Embeddings Inference, and after them some of our own.</summary>
/// <param name="ModelId">The model.</param>
/// <param name="ModelSha">The version in production.</param>
/// <param name="ModelDtype">In what the graph that serves computes: <c>float32</c> or <c>int8</c>.</param>
/// <param name="ServedModelName">The model.</param>
/// <param name="ModelType">Its labels.</param>
/// <param name="MaxConcurrentRequests">Requests that are answered at once.</param>
/// <param name="MaxInputLength">Tokens of a text that the model reads.</param>
/// <param name="MaxBatchTokens">Tokens of one run of the model.</param>
/// <param name="MaxBatchRequests">Texts of one run of the model; null: as many as have the tokens.</param>
/// <param name="MaxClientBatchSize">Texts in one request.</param>
/// <param name="AutoTruncate">Whether a longer text is cut unless the request says otherwise.</param>
/// <param name="TokenizationWorkers">Threads that tokenize: as many as there are cores.</param>
/// <param name="Version">This program's version.</param>
/// <param name="Sha">This program's commit; null: it is part of the version.</param>
/// <param name="DockerLabel">The image's label; null: it has none.</param>
/// <param name="ProblemType">Whether it gives a text one label, any number of them, or a number.</param>
/// <param name="HasPairs">Whether it reads pairs of texts.</param>
/// <param name="MaxInputCharacters">Characters of a text.</param>
/// <param name="MaxBodyBytes">Bytes of a request.</param>
internal sealed record ModelInfo(
    string ModelId,
    string ModelSha,
    string ModelDtype,
    string ServedModelName,
    ModelInfoType ModelType,
    int MaxConcurrentRequests,
    int MaxInputLength,
    int MaxBatchTokens,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? MaxBatchRequests,
    int MaxClientBatchSize,
    bool AutoTruncate,
    int TokenizationWorkers,
    string Version,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Sha,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? DockerLabel,
    ProblemType ProblemType,
    bool HasPairs,
    int MaxInputCharacters,
    long MaxBodyBytes)
{
    /// <summary>Says it of a version.</summary>
    public static ModelInfo Of(ModelManifest version, ServingOptions options) => new(
        ModelId: version.ModelName,
        ModelSha: version.Version,
        ModelDtype: options.Precision.For(version) == GraphPrecision.Int8 ? "int8" : "float32",
        ServedModelName: version.ModelName,
        ModelType: new ModelInfoType(new ClassifierInfo(
            version.Labels.Index().ToDictionary(l => l.Index.ToString(System.Globalization.CultureInfo.InvariantCulture), l => l.Item),
            version.Labels.Index().ToDictionary(l => l.Item, l => l.Index))),
        options.MaxConcurrentRequests,
        version.MaxLength,
        options.MaxBatchTokens,
        MaxBatchRequests: null,
        MaxClientBatchSize: options.MaxInputs,
        AutoTruncate: true,
        TokenizationWorkers: Environment.ProcessorCount,
        HealthEndpoints.Version,
        Sha: null,
        DockerLabel: null,
        version.ProblemType,
        version.HasPairs,
        options.MaxTextCharacters,
        options.MaxBodyBytes);
}

/// <summary>Of which kind a model is.</summary>
/// <param name="Classifier">All are classifiers; one that gives numbers has a single label.</param>
internal sealed record ModelInfoType(ClassifierInfo Classifier);

/// <summary>A classifier's labels.</summary>
/// <param name="Id2label">Names by id.</param>
/// <param name="Label2id">Ids by name.</param>
internal sealed record ClassifierInfo(
    [property: JsonPropertyName("id2label")] IReadOnlyDictionary<string, string> Id2label,
    [property: JsonPropertyName("label2id")] IReadOnlyDictionary<string, int> Label2id);
