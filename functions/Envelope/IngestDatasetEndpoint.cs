using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Pipeline.Functions.Api;

namespace Pipeline.Functions.Envelope;

/// <summary>The function <c>IngestDataset</c> as the Functions host calls it.</summary>
internal static class IngestDatasetEndpoint
{
    /// <summary>The binding's name in <c>IngestDataset/function.json</c>.</summary>
    private const string Binding = "event";

    /// <summary>Maps <c>POST /IngestDataset</c>.</summary>
    public static void MapIngestDataset(this IEndpointRouteBuilder app) => app.MapPost("/IngestDataset", RunAsync).WithName("IngestDataset");

    // Anything but 2xx is a failed invocation: Event Grid then delivers the event again.
    private static async Task<Results<Ok<InvocationResult>, ProblemHttpResult>> RunAsync(
        HttpRequest request, [FromServices] IDropHandler handler, IHostApplicationLifetime lifetime, ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger("Pipeline.Functions.IngestDataset");
        BlobEvent e;
        try
        {
            var invocation = await Invocation.ReadAsync(request.Body, request.HttpContext.RequestAborted);
            e = BlobEvent.Read(invocation.Object(Binding));
        }
        catch (EnvelopeException bad)
        {
            logger.LogError("IngestDataset was sent what it cannot read: {Reason}", bad.Message);
            return Problem.Of(
                StatusCodes.Status400BadRequest, "bad-envelope", bad.Message,
                "Send {\"Data\":{\"event\":{…}},\"Metadata\":{…}} with an Event Grid event of a storage account, as the Functions host does.");
        }

        if (DatasetDrop.ReasonToIgnore(e) is { } reason)
        {
            logger.LogInformation("Passed over an event on '{Container}/{Blob}': {Reason}", e.Container, e.Blob, reason);
            return TypedResults.Ok(new InvocationResult([$"Passed over: {reason}."]));
        }

        try
        {
            // Not the request's own token: Event Grid stops waiting after 30 seconds, and the work goes on all the same.
            var outcome = await handler.HandleAsync(e.Blob, lifetime.ApplicationStopping);
            logger.LogInformation("Ingested '{Blob}': {Outcome}", e.Blob, outcome);
            return TypedResults.Ok(new InvocationResult([outcome]));
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            logger.LogError(failure, "Ingest of '{Blob}' failed; Event Grid will deliver the event again", e.Blob);
            return Problem.Of(
                StatusCodes.Status500InternalServerError, "ingest-failed", $"Ingest of '{e.Blob}' failed: {failure.Message}",
                "The event is delivered again. If it keeps failing, the function's log has the whole error.");
        }
    }
}
