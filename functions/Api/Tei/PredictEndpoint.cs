using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Pipeline.Functions.Serving;

namespace Pipeline.Functions.Api.Tei;

/// <summary>The classifier for clients of Hugging Face's Text Embeddings Inference; after its <c>docs/openapi.json</c>.</summary>
internal static class PredictEndpoint
{
    /// <summary>
    /// Maps <c>POST /api/models/{name}/predict</c>, and <c>POST /api/predict</c> for the one model that <see cref="SingleModel"/> finds. <c>POST /predict</c> is
    /// the same for a program that is reached without the Functions host, whose routes all begin with <c>/api</c>.
    /// </summary>
    public static void MapPredict(this IEndpointRouteBuilder app)
    {
        app.MapPost("/api/models/{name}/predict", PredictAsync).WithName("PredictModel").AnswersLikeTei();
        app.MapPost("/api/predict", PredictSingleAsync).WithName("Predict").AnswersLikeTei();
        app.MapPost("/predict", PredictSingleAsync).WithName("PredictAtRoot").AnswersLikeTei();
    }

    private static void AnswersLikeTei(this RouteHandlerBuilder route) =>
        route.RequireRateLimiting(ClassifyLimit.Policy).WithMetadata(TeiRoute.Mark).AddEndpointFilter<TeiErrors>();

    private static async Task<Results<Ok<IReadOnlyList<Prediction>>, Ok<IReadOnlyList<IReadOnlyList<Prediction>>>>> PredictSingleAsync(
        HttpContext context, SingleModel single, ServedModels models, IOptions<ServingOptions> limits, CancellationToken cancellationToken) =>
        await PredictAsync(await single.NameAsync(cancellationToken), context, models, limits, cancellationToken);

    private static async Task<Results<Ok<IReadOnlyList<Prediction>>, Ok<IReadOnlyList<IReadOnlyList<Prediction>>>>> PredictAsync(
        string name, HttpContext context, ServedModels models, IOptions<ServingOptions> limits, CancellationToken cancellationToken)
    {
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = limits.Value.MaxBodyBytes;
        var request = await PredictRequest.ReadAsync(context.Request.Body, limits.Value, cancellationToken);
        using var lease = await models.AcquireAsync(name, null, cancellationToken);
        var manifest = lease.Model.Manifest;
        ClassifyInputs.RequireFor(manifest, request.Inputs);
        context.Response.Headers[ClassifyEndpoint.VersionHeader] = manifest.Version;
        var scores = await ServedModels.ClassifyAsync(lease.Model, request.Inputs, request.Options, cancellationToken);
        // A number has the label that stands in the manifest, because a prediction has one.
        IReadOnlyList<Prediction>[] predictions = [.. scores.Select(text => (Prediction[])[.. text.Select(s => new Prediction(s.Score, s.Label ?? manifest.Labels[0]))])];
        return request.IsBatch ? TypedResults.Ok<IReadOnlyList<IReadOnlyList<Prediction>>>(predictions) : TypedResults.Ok(predictions[0]);
    }
}

/// <summary>A label and its score.</summary>
/// <param name="Score">The probability, or with <c>raw_scores</c> the logit.</param>
/// <param name="Label">The label's name.</param>
internal sealed record Prediction(float Score, string Label);
