using Microsoft.AspNetCore.Http.HttpResults;
using Pipeline.Core;
using Pipeline.Core.Metrics;
using Pipeline.Core.Models;
using Pipeline.Core.Runs;

namespace Pipeline.Functions.Api;

/// <summary>Models: what is published and how good it is.</summary>
internal static class ModelsEndpoints
{
    /// <summary>Maps <c>/api/models</c>.</summary>
    public static void MapModels(this IEndpointRouteBuilder app)
    {
        var models = app.MapGroup("/api/models");
        models.MapGet("/", ListAsync).WithName("ListModels");
        models.MapGet("/{name}", GetAsync).WithName("GetModel");
    }

    private static async Task<Ok<ModelList>> ListAsync(ModelStore store, CancellationToken cancellationToken)
    {
        var models = new List<ModelSummary>();
        foreach (var name in await store.ListModelsAsync(cancellationToken))
        {
            // A folder without a pointer is a first version that is being written.
            if (await store.FindProductionAsync(name, cancellationToken) is { Pointer: var pointer }
                && await store.FindManifestAsync(name, pointer.Version, cancellationToken) is { } manifest)
                models.Add(new ModelSummary(name, manifest.Version, manifest.CreatedAt, manifest.Labels, manifest.Test));
        }

        return TypedResults.Ok(new ModelList(models));
    }

    private static async Task<Results<Ok<ModelDetails>, ProblemHttpResult>> GetAsync(
        string name, ModelStore store, MissingModel missing, CancellationToken cancellationToken)
    {
        var production = ResourceName.IsValid(name) ? await store.FindProductionAsync(name, cancellationToken) : null;
        if (production is not { Pointer: var pointer })
            return await missing.ExplainAsync(name, cancellationToken);
        var versions = await store.ListVersionsAsync(name, cancellationToken);
        var manifest = versions.FirstOrDefault(v => v.Version == pointer.Version)
            ?? throw new InvalidDataException($"models/{name}/production.json points to version '{pointer.Version}', which has no manifest.");
        return TypedResults.Ok(new ModelDetails(
            name,
            new ProductionVersion(manifest.Version, pointer.SwitchedAt, pointer.Previous, manifest.RunId, manifest.CreatedAt, manifest.MaxLength, manifest.Test),
            manifest.Labels,
            manifest.ProblemType,
            manifest.HasPairs,
            [.. versions.Select(v => new VersionSummary(v.Version, v.RunId, v.CreatedAt, v.Test, v.Version == pointer.Version))],
            manifest.Decisions,
            manifest.Onnx));
    }
}

/// <summary>The answer of <c>GET /api/models</c>.</summary>
/// <param name="Models">Models in production, by name.</param>
internal sealed record ModelList(IReadOnlyList<ModelSummary> Models);

/// <summary>A model in production.</summary>
/// <param name="Name">The model.</param>
/// <param name="Version">The version in production.</param>
/// <param name="CreatedAt">When that version was published (UTC).</param>
/// <param name="Labels">Label names by id.</param>
/// <param name="Test">Its figures on the test split.</param>
internal sealed record ModelSummary(string Name, string Version, DateTimeOffset CreatedAt, IReadOnlyList<string> Labels, HeadlineMetrics Test);

/// <summary>The answer of <c>GET /api/models/{name}</c>.</summary>
/// <param name="Name">The model.</param>
/// <param name="Production">What answers now.</param>
/// <param name="Labels">Label names by id.</param>
/// <param name="ProblemType">Whether it gives a text one label, any number of them, or a number.</param>
/// <param name="HasPairs">Whether it reads pairs of texts.</param>
/// <param name="Versions">All that was published, newest first.</param>
/// <param name="Decisions">How the version in production makes answers of probabilities; null: the likeliest label, or all from one half on.</param>
/// <param name="Onnx">What the graphs of the version in production give beside the model, and which of them serves; null for versions from before it was told.</param>
internal sealed record ModelDetails(
    string Name, ProductionVersion Production, IReadOnlyList<string> Labels, ProblemType ProblemType, bool HasPairs, IReadOnlyList<VersionSummary> Versions,
    DecisionRule? Decisions = null, OnnxMetrics? Onnx = null);

/// <summary>The version that answers.</summary>
/// <param name="Version">The version.</param>
/// <param name="SwitchedAt">Since when (UTC).</param>
/// <param name="Previous">The one before; none for the first.</param>
/// <param name="RunId">The run that made it.</param>
/// <param name="CreatedAt">When it was published (UTC).</param>
/// <param name="MaxLength">Tokens of a text that it reads.</param>
/// <param name="Test">Its figures on the test split.</param>
internal sealed record ProductionVersion(
    string Version, DateTimeOffset SwitchedAt, string? Previous, string RunId, DateTimeOffset CreatedAt, int MaxLength, HeadlineMetrics Test);

/// <summary>A published version.</summary>
/// <param name="Version">The version.</param>
/// <param name="RunId">The run that made it.</param>
/// <param name="CreatedAt">When it was published (UTC).</param>
/// <param name="Test">Its figures on the test split.</param>
/// <param name="IsProduction">True for the one that answers.</param>
internal sealed record VersionSummary(string Version, string RunId, DateTimeOffset CreatedAt, HeadlineMetrics Test, bool IsProduction);
