using Microsoft.Extensions.Options;
using Pipeline.Core.Feedback;
using Pipeline.Functions.Api;
using Pipeline.Functions.Feedback;

namespace Pipeline.Functions.Drift;

/// <summary>The newest outcome of the daily look at what was predicted.</summary>
internal static class DriftEndpoints
{
    /// <summary>Maps <c>GET /api/models/{name}/drift</c>.</summary>
    public static void MapDrift(this IEndpointRouteBuilder app) => app.MapGet("/api/models/{name}/drift", GetAsync).WithName("GetDrift");

    private static async Task<IResult> GetAsync(string name, IOptions<FeedbackOptions> options, DriftStore store, CancellationToken cancellationToken)
    {
        if (!options.Value.Enabled)
            return FeedbackEndpoints.IsOff();
        return ResourceName.IsValid(name) && await store.NewestAsync(name, cancellationToken) is { } report
            ? TypedResults.Ok(report)
            : Problem.Of(
                StatusCodes.Status404NotFound, "no-drift-report", $"There is no report on model '{name}'.",
                "A report is made each night for models that classified anything on the day before, and give labels.");
    }
}
