using Pipeline.Core.Runs;
using Pipeline.Functions.Auth;

namespace Pipeline.Functions.Api;

/// <summary>Ends a run on a person's word.</summary>
internal static class CancelEndpoint
{
    private const string Shape = "Send nothing, or {\"reason\": \"why\" (optional), \"by\": \"who\" (optional)}.";

    /// <summary>Maps <c>POST /api/runs/{id}/cancel</c>.</summary>
    public static void MapCancel(this IEndpointRouteBuilder app) =>
        app.MapPost("/api/runs/{id}/cancel", CancelAsync).WithName("CancelRun").ForManagers();

    private static async Task<IResult> CancelAsync(
        string id, HttpRequest request, RunStore runs, RunCancellation cancellation, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        try
        {
            var body = await TextProperties.ReadAsync(request, ["reason", "by"], Shape, cancellationToken);
            if (!ResourceName.IsValid(id) || await runs.FindAsync(id, cancellationToken) is null)
                return RunsEndpoints.NoSuchRun(id);
            var run = await cancellation.CancelAsync(id, body.GetValueOrDefault("by"), body.GetValueOrDefault("reason"), cancellationToken);
            if (run.State != RunState.Cancelled)
                return TooLate(run);
            loggers.CreateLogger("Pipeline.Functions.CancelRun").LogEnded(run);
            return TypedResults.Ok(run);
        }
        catch (RefusedRequestException refused)
        {
            return refused.ToProblem();
        }
    }

    private static IResult TooLate(RunRecord run) => !run.State.IsFinal() ? Publishing(run) : Problem.Of(
        StatusCodes.Status409Conflict, "run-finished", $"Run '{run.RunId}' is {run.State.Name()}; there is nothing left to cancel.",
        run.State == RunState.Succeeded
            ? $"To have an older version answer again, POST /api/models/{run.ModelName}/promote."
            : $"GET /api/runs/{run.RunId} says how it ended.");

    private static IResult Publishing(RunRecord run) => Problem.Of(
        StatusCodes.Status409Conflict, "run-publishing", $"Run '{run.RunId}' is publishing version '{run.Version}' at this moment, and can no longer be cancelled.",
        $"When it has succeeded and the version shall not answer, POST /api/models/{run.ModelName}/promote with another.");
}
