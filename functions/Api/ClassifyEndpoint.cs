using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Pipeline.Functions.Serving;

namespace Pipeline.Functions.Api;

/// <summary>The classifier over HTTP.</summary>
internal static class ClassifyEndpoint
{
    /// <summary>The response header that names the version that answered.</summary>
    public const string VersionHeader = "X-Model-Version";

    /// <summary>Maps <c>POST /api/models/{name}/classify</c> and <c>POST /api/models/{name}/versions/{version}/classify</c>.</summary>
    public static void MapClassify(this IEndpointRouteBuilder app)
    {
        app.MapPost("/api/models/{name}/classify", ClassifyAsync).WithName("Classify").RequireRateLimiting(ClassifyLimit.Policy);
        app.MapPost("/api/models/{name}/versions/{version}/classify", ClassifyVersionAsync).WithName("ClassifyVersion").RequireRateLimiting(ClassifyLimit.Policy);
    }

    private static Task<Results<Ok<IReadOnlyList<IReadOnlyList<LabelScore>>>, ProblemHttpResult>> ClassifyAsync(
        string name, HttpContext context, ServedModels models, IOptions<ServingOptions> limits, CancellationToken cancellationToken) =>
        AnswerAsync(name, null, context, models, limits.Value, cancellationToken);

    private static Task<Results<Ok<IReadOnlyList<IReadOnlyList<LabelScore>>>, ProblemHttpResult>> ClassifyVersionAsync(
        string name, string version, HttpContext context, ServedModels models, IOptions<ServingOptions> limits, CancellationToken cancellationToken) =>
        AnswerAsync(name, version, context, models, limits.Value, cancellationToken);

    private static async Task<Results<Ok<IReadOnlyList<IReadOnlyList<LabelScore>>>, ProblemHttpResult>> AnswerAsync(
        string name, string? version, HttpContext context, ServedModels models, ServingOptions limits, CancellationToken cancellationToken)
    {
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = limits.MaxBodyBytes;
        try
        {
            var request = await ClassifyRequest.ReadAsync(context.Request.Body, limits, cancellationToken);
            using var lease = await models.AcquireAsync(name, version, cancellationToken);
            request.RequireFor(lease.Model.Manifest);
            context.Response.Headers[VersionHeader] = lease.Model.Manifest.Version;
            return TypedResults.Ok(await ServedModels.ClassifyAsync(lease.Model, request, limits, cancellationToken));
        }
        catch (RefusedRequestException refused)
        {
            return refused.ToProblem();
        }
    }
}
