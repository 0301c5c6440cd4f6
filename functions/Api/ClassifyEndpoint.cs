using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Pipeline.Functions.Serving;
using Pipeline.Functions.Serving.Explaining;

namespace Pipeline.Functions.Api;

/// <summary>The classifier over HTTP.</summary>
internal static class ClassifyEndpoint
{
    /// <summary>The response header that names the version that answered.</summary>
    public const string VersionHeader = "X-Model-Version";

    /// <summary>Maps <c>POST /api/models/{name}/classify</c>.</summary>
    public static void MapClassify(this IEndpointRouteBuilder app) =>
        app.MapPost("/api/models/{name}/classify", ClassifyAsync).WithName("Classify").RequireRateLimiting(ClassifyLimit.Policy);

    private static async Task<Results<Ok<IReadOnlyList<IReadOnlyList<LabelScore>>>, ProblemHttpResult>> ClassifyAsync(
        string name, HttpContext context, ModelCache models, MissingModel missing, IOptions<ServingOptions> limits, CancellationToken cancellationToken)
    {
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = limits.Value.MaxBodyBytes;
        try
        {
            var request = await ClassifyRequest.ReadAsync(context.Request.Body, limits.Value, cancellationToken);
            using var lease = ResourceName.IsValid(name) ? await models.AcquireAsync(name, cancellationToken) : null;
            if (lease is null)
                return await missing.ExplainAsync(name, cancellationToken);
            request.RequireFor(lease.Model.Manifest);
            context.Response.Headers[VersionHeader] = lease.Model.Manifest.Version;
            return TypedResults.Ok(request.Explain is { } explain
                ? await Occlusion.ExplainAsync(
                    lease.Model, request.Inputs, request.Top, request.Threshold, explain.Words,
                    ClassifyExplain.PassesFor(request.Inputs.Count, limits.Value), cancellationToken)
                : await lease.Model.ClassifyAsync(request.Inputs, request.Top, request.Threshold, cancellationToken));
        }
        catch (ClassifyRequestException bad)
        {
            return bad.ToProblem();
        }
    }
}
