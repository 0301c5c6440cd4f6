using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Pipeline.Core.Feedback;
using Pipeline.Functions.Api;
using Pipeline.Functions.Auth;
using Pipeline.Functions.Envelope;
using Pipeline.Functions.Feedback;

namespace Pipeline.Functions.Drift;

/// <summary>The daily look at what was predicted, and its newest outcome.</summary>
internal static class DriftEndpoints
{
    /// <summary>Maps <c>GET /api/models/{name}/drift</c>, and <c>POST /WatchDrift</c> for the Functions host's timer.</summary>
    public static void MapDrift(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/models/{name}/drift", GetAsync).WithName("GetDrift");
        app.MapPost("/WatchDrift", WatchAsync).WithName("WatchDrift").ForAnybody();
    }

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

    // What the timer says does not matter: the day that is looked at is yesterday.
    private static async Task<IResult> WatchAsync([FromServices] DriftWatch watch, IHostApplicationLifetime lifetime, ILoggerFactory loggers)
    {
        try
        {
            return TypedResults.Ok(new InvocationResult([await watch.RunAsync(lifetime.ApplicationStopping)]));
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            loggers.CreateLogger("Pipeline.Functions.WatchDrift").LogError(failure, "WatchDrift failed; the next night's looks at the next day");
            return Problem.Of(
                StatusCodes.Status500InternalServerError, "watch-failed", $"WatchDrift failed: {failure.Message}", "The function's log has the whole error; call the function again.");
        }
    }
}
