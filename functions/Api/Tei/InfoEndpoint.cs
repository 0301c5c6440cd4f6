using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Pipeline.Core.Models;
using Pipeline.Functions.Serving;

namespace Pipeline.Functions.Api.Tei;

/// <summary>What a model is and what it takes, as Text Embeddings Inference says it.</summary>
internal static class InfoEndpoint
{
    /// <summary>Maps <c>GET /api/models/{name}/info</c>, and <c>GET /api/info</c> and <c>/info</c> for the one model that <see cref="SingleModel"/> finds.</summary>
    public static void MapInfo(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/models/{name}/info", GetAsync).WithName("GetModelInfo").AddEndpointFilter<TeiErrors>();
        app.MapGet("/api/info", GetSingleAsync).WithName("GetInfo").AddEndpointFilter<TeiErrors>();
        app.MapGet("/info", GetSingleAsync).WithName("GetInfoAtRoot").AddEndpointFilter<TeiErrors>();
    }

    private static async Task<Ok<ModelInfo>> GetSingleAsync(
        SingleModel single, ModelStore models, MissingModel missing, IOptions<ServingOptions> options, CancellationToken cancellationToken) =>
        await GetAsync(await single.NameAsync(cancellationToken), models, missing, options, cancellationToken);

    private static async Task<Ok<ModelInfo>> GetAsync(
        string name, ModelStore models, MissingModel missing, IOptions<ServingOptions> options, CancellationToken cancellationToken)
    {
        var production = ResourceName.IsValid(name) ? await models.FindProductionAsync(name, cancellationToken) : null;
        if (production is not { Pointer.Version: var version })
            throw await missing.ReasonAsync(name, cancellationToken);
        var manifest = await models.FindManifestAsync(name, version, cancellationToken)
            ?? throw new InvalidDataException($"models/{name}/production.json points to version '{version}', which has no manifest.");
        return TypedResults.Ok(ModelInfo.Of(manifest, options.Value));
    }
}
