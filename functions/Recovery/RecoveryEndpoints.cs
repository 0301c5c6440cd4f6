using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Pipeline.Core;
using Pipeline.Core.Messaging;
using Pipeline.Functions.Api;
using Pipeline.Functions.Auth;
using Pipeline.Functions.Envelope;

namespace Pipeline.Functions.Recovery;

/// <summary>The functions <c>CheckRuns</c>, called by a timer, and <c>GiveUpRun</c>, called with the training requests that the broker gave up.</summary>
internal static class RecoveryEndpoints
{
    /// <summary>The binding's name in <c>GiveUpRun/function.json</c>.</summary>
    private const string Binding = "message";

    /// <summary>Registers what looks after runs.</summary>
    public static void AddRecovery(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<RecoveryOptions>().BindConfiguration(RecoveryOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<SweepRecovery>();
        builder.Services.AddSingleton<RunRecovery>();
    }

    /// <summary>Maps <c>POST /CheckRuns</c> and <c>POST /GiveUpRun</c>.</summary>
    public static void MapRecovery(this IEndpointRouteBuilder app)
    {
        // What the timer says does not matter.
        app.MapPost("/CheckRuns", ([FromServices] RunRecovery recovery, IHostApplicationLifetime lifetime, ILoggerFactory loggers) =>
            RunAsync("CheckRuns", "The next time looks at them again.", () => recovery.CheckAsync(lifetime.ApplicationStopping), loggers)).WithName("CheckRuns").ForAnybody();
        app.MapPost("/GiveUpRun", async (HttpRequest request, [FromServices] RunRecovery recovery, IHostApplicationLifetime lifetime, ILoggerFactory loggers) =>
        {
            try
            {
                var dead = Read(await Invocation.ReadAsync(request.Body, request.HttpContext.RequestAborted));
                return await RunAsync(
                    "GiveUpRun", "The message is delivered again.", async () => [await recovery.GiveUpAsync(dead, lifetime.ApplicationStopping)], loggers);
            }
            catch (EnvelopeException bad)
            {
                loggers.CreateLogger("Pipeline.Functions.GiveUpRun").LogError("GiveUpRun was sent what it cannot read: {Reason}", bad.Message);
                return Problem.Of(
                    StatusCodes.Status400BadRequest, "bad-envelope", bad.Message,
                    "Send {\"Data\":{\"message\":\"{\\\"run_id\\\":…}\"},\"Metadata\":{…}}, as the Functions host does.");
            }
        }).WithName("GiveUpRun").ForAnybody();
    }

    private static async Task<IResult> RunAsync(string function, string next, Func<Task<IReadOnlyList<string>>> work, ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger($"Pipeline.Functions.{function}");
        try
        {
            var outcomes = await work();
            foreach (var outcome in outcomes)
                logger.LogWarning("{Outcome}", outcome);
            return TypedResults.Ok(new InvocationResult(outcomes));
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            logger.LogError(failure, "{Function} failed", function);
            return Problem.Of(
                StatusCodes.Status500InternalServerError, "recovery-failed", $"{function} failed: {failure.Message}", $"{next} If it keeps failing, the function's log has the whole error.");
        }
    }

    private static DeadRequest Read(Invocation invocation)
    {
        try
        {
            return invocation.Object(Binding).Deserialize<TrainingRequest>(PipelineJson.Compact) is { RunId.Length: > 0 } request
                ? new DeadRequest(request, invocation.ApplicationProperty("DeadLetterReason"), invocation.ApplicationProperty("DeadLetterErrorDescription"))
                : throw new EnvelopeException("The message names no run.");
        }
        catch (JsonException e)
        {
            throw new EnvelopeException($"The message is no training request: {e.Message}", e);
        }
    }
}
