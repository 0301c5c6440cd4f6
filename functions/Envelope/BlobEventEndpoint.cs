using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Pipeline.Core.Storage;
using Pipeline.Functions.Api;
using Pipeline.Functions.Auth;

namespace Pipeline.Functions.Envelope;

/// <summary>The functions that the Functions host calls with an event of a blob.</summary>
internal static class BlobEventEndpoint
{
    /// <summary>The binding's name in <c>function.json</c>.</summary>
    private const string Binding = "event";

    /// <summary>Maps <c>POST /IngestDataset</c> and <c>POST /ReceiveFile</c>.</summary>
    public static void MapBlobEvents(this IEndpointRouteBuilder app)
    {
        app.MapEvents<IDropHandler>("IngestDataset", BlobLayout.Datasets);
        app.MapEvents<IInboxHandler>("ReceiveFile", BlobLayout.Inbox);
    }

    private static void MapEvents<THandler>(this IEndpointRouteBuilder app, string function, string container) where THandler : IDropHandler =>
        app.MapPost(
            "/" + function,
            (HttpRequest request, [FromServices] THandler handler, IHostApplicationLifetime lifetime, ILoggerFactory loggers) =>
                RunAsync(request, function, container, handler, lifetime, loggers)).WithName(function).ForAnybody();

    // Anything but 2xx is a failed invocation: Event Grid then delivers the event again.
    private static async Task<Results<Ok<InvocationResult>, ProblemHttpResult>> RunAsync(
        HttpRequest request, string function, string container, IDropHandler handler, IHostApplicationLifetime lifetime, ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger($"Pipeline.Functions.{function}");
        BlobEvent e;
        try
        {
            var invocation = await Invocation.ReadAsync(request.Body, request.HttpContext.RequestAborted);
            e = BlobEvent.Read(invocation.Object(Binding));
        }
        catch (EnvelopeException bad)
        {
            logger.LogError("{Function} was sent what it cannot read: {Reason}", function, bad.Message);
            return Problem.Of(
                StatusCodes.Status400BadRequest, "bad-envelope", bad.Message,
                "Send {\"Data\":{\"event\":{…}},\"Metadata\":{…}} with an Event Grid event of a storage account, as the Functions host does.");
        }

        if (BlobDrop.ReasonToIgnore(e, container) is { } reason)
        {
            logger.LogInformation("Passed over an event on '{Container}/{Blob}': {Reason}", e.Container, e.Blob, reason);
            return TypedResults.Ok(new InvocationResult([$"Passed over: {reason}."]));
        }

        try
        {
            // Not the request's own token: Event Grid stops waiting after 30 seconds, and the work goes on all the same.
            var outcome = await handler.HandleAsync(e.Blob, lifetime.ApplicationStopping);
            logger.LogInformation("'{Container}/{Blob}': {Outcome}", e.Container, e.Blob, outcome);
            return TypedResults.Ok(new InvocationResult([outcome]));
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            logger.LogError(failure, "{Function} failed at '{Container}/{Blob}'; Event Grid will deliver the event again", function, e.Container, e.Blob);
            return Problem.Of(
                StatusCodes.Status500InternalServerError, "event-failed", $"{function} failed at '{e.Container}/{e.Blob}': {failure.Message}",
                "The event is delivered again. If it keeps failing, the function's log has the whole error.");
        }
    }
}
