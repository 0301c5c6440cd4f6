using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Pipeline.Core;
using Pipeline.Core.Messaging;
using Pipeline.Functions.Api;
using Pipeline.Functions.Auth;
using Pipeline.Functions.Ingestion.FanOut;
using Pipeline.Functions.Recovery;
using Pipeline.Functions.Scoring;

namespace Pipeline.Functions.Envelope;

/// <summary>The functions that the Functions host calls with a message of a queue.</summary>
internal static class MessageEndpoint
{
    /// <summary>The binding's name in <c>function.json</c>.</summary>
    private const string Binding = "message";

    /// <summary>
    /// Maps <c>POST /IngestPart</c> and <c>POST /ScoreFile</c>, and for what no delivery could do, which comes from the dead-letter queues,
    /// <c>POST /GiveUpPart</c>, <c>POST /GiveUpFile</c> and <c>POST /GiveUpRun</c>: nobody else would end their run, or say what became of the file.
    /// </summary>
    public static void MapMessages(this IEndpointRouteBuilder app)
    {
        const string Part = "{\\\"run_id\\\":…,\\\"step\\\":\\\"scan\\\",\\\"part\\\":0}";
        app.MapMessages<IPartHandler, PartRequest>("IngestPart", Part, (handler, part, cancel) => handler.HandleAsync(part, cancel));
        app.MapMessages<IPartHandler, PartRequest>("GiveUpPart", Part, (handler, part, cancel) => handler.GiveUpAsync(part, cancel));
        const string File = "{\\\"blob\\\":…,\\\"e_tag\\\":…,\\\"slice\\\":0,\\\"blocks\\\":0}";
        app.MapMessages<IScoreHandler, ScoreRequest>("ScoreFile", File, (handler, file, cancel) => handler.HandleAsync(file, cancel));
        app.MapMessages<IScoreHandler, ScoreRequest>("GiveUpFile", File, (handler, file, cancel) => handler.GiveUpAsync(file, cancel));
        app.MapMessages<RunRecovery, DeadRequest>("GiveUpRun", "{\\\"run_id\\\":…}", ReadDead, (recovery, dead, cancel) => recovery.GiveUpAsync(dead, cancel));
    }

    private static void MapMessages<THandler, TMessage>(
        this IEndpointRouteBuilder app, string function, string example, Func<THandler, TMessage, CancellationToken, Task<string>> handle)
        where THandler : notnull
        where TMessage : class, IQueueMessage =>
        app.MapMessages(function, example, Read<TMessage>, handle);

    private static void MapMessages<THandler, TMessage>(
        this IEndpointRouteBuilder app, string function, string example, Func<Invocation, TMessage> read, Func<THandler, TMessage, CancellationToken, Task<string>> handle)
        where THandler : notnull
        where TMessage : class, IQueueMessage =>
        app.MapPost(
            "/" + function,
            (HttpRequest request, [FromServices] THandler handler, IHostApplicationLifetime lifetime, ILoggerFactory loggers) =>
                RunAsync(request, function, example, read, (message, cancel) => handle(handler, message, cancel), lifetime, loggers)).WithName(function).ForAnybody();

    // Anything but 2xx is a failed invocation: the broker then delivers the message again.
    private static async Task<Results<Ok<InvocationResult>, ProblemHttpResult>> RunAsync<TMessage>(
        HttpRequest request,
        string function,
        string example,
        Func<Invocation, TMessage> read,
        Func<TMessage, CancellationToken, Task<string>> handle,
        IHostApplicationLifetime lifetime,
        ILoggerFactory loggers)
        where TMessage : class, IQueueMessage
    {
        var logger = loggers.CreateLogger($"Pipeline.Functions.{function}");
        TMessage message;
        try
        {
            message = read(await Invocation.ReadAsync(request.Body, request.HttpContext.RequestAborted));
        }
        catch (EnvelopeException bad)
        {
            logger.LogError("{Function} was sent what it cannot read: {Reason}", function, bad.Message);
            return Problem.Of(
                StatusCodes.Status400BadRequest, "bad-envelope", bad.Message,
                $"Send {{\"Data\":{{\"message\":\"{example}\"}},\"Metadata\":{{…}}}}, as the Functions host does.");
        }

        try
        {
            // The host stops waiting when its time is up; the work goes on all the same.
            var outcome = await handle(message, lifetime.ApplicationStopping);
            logger.LogInformation("{MessageId}: {Outcome}", message.MessageId, outcome);
            return TypedResults.Ok(new InvocationResult([outcome]));
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            logger.LogError(failure, "{MessageId} failed; the message will be delivered again", message.MessageId);
            return Problem.Of(
                StatusCodes.Status500InternalServerError, "message-failed", $"{message.MessageId} failed: {failure.Message}",
                "The message is delivered again. If it keeps failing, the function's log has the whole error.");
        }
    }

    private static TMessage Read<TMessage>(Invocation invocation) where TMessage : class, IQueueMessage => Complete(Body<TMessage>(invocation));

    // The broker adds its reason to the message.
    private static DeadRequest ReadDead(Invocation invocation) => Complete(new DeadRequest(
        Body<TrainingRequest>(invocation), invocation.ApplicationProperty("DeadLetterReason"), invocation.ApplicationProperty("DeadLetterErrorDescription")));

    private static TMessage Complete<TMessage>(TMessage message) where TMessage : IQueueMessage =>
        message.IsComplete ? message : throw new EnvelopeException("The message does not say what it is about.");

    private static T Body<T>(Invocation invocation) where T : class
    {
        try
        {
            // A binding is an object: it cannot be read as null.
            return invocation.Object(Binding).Deserialize<T>(PipelineJson.Compact)!;
        }
        catch (JsonException e)
        {
            throw new EnvelopeException($"The message is not what the queue is for: {e.Message}", e);
        }
    }
}
