using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Pipeline.Core;
using Pipeline.Functions.Api;
using Pipeline.Functions.Ingestion.FanOut;

namespace Pipeline.Functions.Envelope;

/// <summary>The functions <c>IngestPart</c> and <c>GiveUpPart</c> as the Functions host calls them, with a message of a queue.</summary>
internal static class IngestPartEndpoint
{
    /// <summary>The binding's name in <c>function.json</c>.</summary>
    private const string Binding = "message";

    /// <summary>Maps <c>POST /IngestPart</c> and <c>POST /GiveUpPart</c>.</summary>
    public static void MapIngestPart(this IEndpointRouteBuilder app)
    {
        app.MapPost("/IngestPart", (HttpRequest request, [FromServices] IPartHandler handler, IHostApplicationLifetime lifetime, ILoggerFactory loggers) =>
            RunAsync(request, "IngestPart", handler.HandleAsync, lifetime, loggers)).WithName("IngestPart");
        // Messages that no delivery could do, from the dead-letter queue: nobody else would end their run.
        app.MapPost("/GiveUpPart", (HttpRequest request, [FromServices] IPartHandler handler, IHostApplicationLifetime lifetime, ILoggerFactory loggers) =>
            RunAsync(request, "GiveUpPart", handler.GiveUpAsync, lifetime, loggers)).WithName("GiveUpPart");
    }

    // Anything but 2xx is a failed invocation: the broker then delivers the message again.
    private static async Task<Results<Ok<InvocationResult>, ProblemHttpResult>> RunAsync(
        HttpRequest request, string function, Func<PartRequest, CancellationToken, Task<string>> handle, IHostApplicationLifetime lifetime, ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger($"Pipeline.Functions.{function}");
        PartRequest part;
        try
        {
            part = Read(await Invocation.ReadAsync(request.Body, request.HttpContext.RequestAborted));
        }
        catch (EnvelopeException bad)
        {
            logger.LogError("{Function} was sent what it cannot read: {Reason}", function, bad.Message);
            return Problem.Of(
                StatusCodes.Status400BadRequest, "bad-envelope", bad.Message,
                "Send {\"Data\":{\"message\":\"{\\\"run_id\\\":…,\\\"step\\\":\\\"scan\\\",\\\"part\\\":0}\"},\"Metadata\":{…}}, as the Functions host does.");
        }

        try
        {
            // The host stops waiting when its time is up; the work goes on all the same.
            var outcome = await handle(part, lifetime.ApplicationStopping);
            logger.LogInformation("{MessageId}: {Outcome}", part.MessageId, outcome);
            return TypedResults.Ok(new InvocationResult([outcome]));
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            logger.LogError(failure, "{MessageId} failed; the message will be delivered again", part.MessageId);
            return Problem.Of(
                StatusCodes.Status500InternalServerError, "ingest-failed", $"{part.MessageId} failed: {failure.Message}",
                "The message is delivered again. If it keeps failing, the function's log has the whole error.");
        }
    }

    private static PartRequest Read(Invocation invocation)
    {
        try
        {
            return invocation.Object(Binding).Deserialize<PartRequest>(PipelineJson.Compact) is { RunId.Length: > 0, Part: >= 0 } request
                ? request
                : throw new EnvelopeException("The message names no run.");
        }
        catch (JsonException e)
        {
            throw new EnvelopeException($"The message is no request for a part: {e.Message}", e);
        }
    }
}
