using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.AspNetCore.Http.HttpResults;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;

namespace Pipeline.Functions.Api;

/// <summary>Runs: what became of each dataset that was dropped.</summary>
internal static class RunsEndpoints
{
    /// <summary>Maps <c>/api/runs</c>.</summary>
    public static void MapRuns(this IEndpointRouteBuilder app)
    {
        var runs = app.MapGroup("/api/runs");
        runs.MapGet("/", ListAsync).WithName("ListRuns");
        runs.MapGet("/{id}", GetAsync).WithName("GetRun");
        runs.MapGet("/{id}/events", GetEventsAsync).WithName("GetRunEvents");
        runs.MapGet("/{id}/report", GetReportAsync).WithName("GetRunReport");
    }

    // GET /api/runs?model=spam: all runs, or a model's, newest first.
    private static async Task<Ok<RunList>> ListAsync(RunStore runs, string? model, CancellationToken cancellationToken) =>
        TypedResults.Ok(new RunList(model is null
            ? await runs.ListAsync(cancellationToken)
            : await runs.ListForModelAsync(model, cancellationToken)));

    private static async Task<Results<Ok<RunRecord>, ProblemHttpResult>> GetAsync(string id, RunStore runs, CancellationToken cancellationToken) =>
        await FindAsync(id, runs, cancellationToken) is { } run ? TypedResults.Ok(run) : NoSuchRun(id);

    // GET /api/runs/{id}/events?offset=1234: the log from that byte on. To follow it, ask again from the bytes read so far.
    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> GetEventsAsync(
        string id, string? offset, RunStore runs, RunEventLog events, CancellationToken cancellationToken)
    {
        var from = 0L;
        if (offset is not null && (!long.TryParse(offset, out from) || from < 0))
            return Problem.Of(StatusCodes.Status400BadRequest, "bad-offset", $"The offset '{offset}' is not a number of bytes.", "Send the number of bytes read so far, or leave it out.");
        if (await FindAsync(id, runs, cancellationToken) is null)
            return NoSuchRun(id);
        var log = await events.OpenReadAsync(id, from, cancellationToken);
        return TypedResults.Stream(
            async body =>
            {
                if (log is null)
                    return;
                await using (log)
                    await log.CopyToAsync(body, cancellationToken);
            },
            "application/x-ndjson");
    }

    private static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> GetReportAsync(
        string id, HttpRequest request, RunStore runs, BlobServiceClient storage, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, runs, cancellationToken) is not { } run)
            return NoSuchRun(id);
        var isHtml = ReportFormat.IsHtmlWanted(request);
        var blob = storage.GetBlobContainerClient(BlobLayout.Runs).GetBlobClient(isHtml ? BlobLayout.HtmlReport(id) : BlobLayout.Report(id));
        try
        {
            var content = await blob.DownloadStreamingAsync(cancellationToken: cancellationToken);
            return TypedResults.Stream(content.Value.Content, isHtml ? "text/html; charset=utf-8" : "application/json");
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return Problem.Of(
                StatusCodes.Status404NotFound, "no-report", $"Run '{id}' is {run.State.Name()} and has no report.",
                run.State.IsFinal() ? "Drop the dataset again." : "Ask again when the run has left the state validating.");
        }
    }

    // An id that cannot be one is not looked for: it would be part of a blob's name.
    private static async Task<RunRecord?> FindAsync(string id, RunStore runs, CancellationToken cancellationToken) =>
        ResourceName.IsValid(id) ? await runs.FindAsync(id, cancellationToken) : null;

    /// <summary>404.</summary>
    public static ProblemHttpResult NoSuchRun(string id) =>
        Problem.Of(StatusCodes.Status404NotFound, "no-such-run", $"There is no run '{id}'.", "GET /api/runs lists the runs.");
}

/// <summary>The answer of <c>GET /api/runs</c>.</summary>
/// <param name="Runs">Newest first.</param>
internal sealed record RunList(IReadOnlyList<RunRecord> Runs);
