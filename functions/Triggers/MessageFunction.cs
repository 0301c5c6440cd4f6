using System.Text.Json;
using Pipeline.Core;
using Pipeline.Core.Messaging;
using Pipeline.Functions.Api;
using Pipeline.Functions.Envelope;
using Pipeline.Functions.Ingestion.FanOut;
using Pipeline.Functions.Recovery;
using Pipeline.Functions.Scoring;

namespace Pipeline.Functions.Triggers;

/// <summary>A function that a message of a queue starts, whichever host calls it.</summary>
internal sealed class MessageFunction
{
    /// <summary>The binding's name in <c>function.json</c>, and the parameter's in the isolated worker.</summary>
    public const string Binding = "message";

    private const string Part = "{\\\"run_id\\\":…,\\\"step\\\":\\\"scan\\\",\\\"part\\\":0}";
    private const string File = "{\\\"blob\\\":…,\\\"e_tag\\\":…,\\\"slice\\\":0,\\\"blocks\\\":0}";

    private readonly string _example;
    private readonly Func<Invocation, IServiceProvider, ILogger, Task<string>> _run;

    private MessageFunction(string name, string example, Func<Invocation, IServiceProvider, ILogger, Task<string>> run) =>
        (Name, _example, _run) = (name, example, run);

    /// <summary>Works on a part of a dataset.</summary>
    public static MessageFunction IngestPart { get; } =
        Of<IPartHandler, PartRequest>(nameof(IngestPart), Part, Read<PartRequest>, (handler, part, stop) => handler.HandleAsync(part, stop));

    /// <summary>Gives up a part that no delivery could do, from the dead-letter queue: nobody else would end its run.</summary>
    public static MessageFunction GiveUpPart { get; } =
        Of<IPartHandler, PartRequest>(nameof(GiveUpPart), Part, Read<PartRequest>, (handler, part, stop) => handler.GiveUpAsync(part, stop));

    /// <summary>Classifies a slice of a file.</summary>
    public static MessageFunction ScoreFile { get; } =
        Of<IScoreHandler, ScoreRequest>(nameof(ScoreFile), File, Read<ScoreRequest>, (handler, file, stop) => handler.HandleAsync(file, stop));

    /// <summary>Gives up a file that no delivery could do, from the dead-letter queue: nobody else would say what became of it.</summary>
    public static MessageFunction GiveUpFile { get; } =
        Of<IScoreHandler, ScoreRequest>(nameof(GiveUpFile), File, Read<ScoreRequest>, (handler, file, stop) => handler.GiveUpAsync(file, stop));

    /// <summary>Ends the run of a training request that no delivery could do, from the dead-letter queue.</summary>
    public static MessageFunction GiveUpRun { get; } =
        Of<RunRecovery, DeadRequest>(nameof(GiveUpRun), "{\\\"run_id\\\":…}", ReadDead, (recovery, dead, stop) => recovery.GiveUpAsync(dead, stop));

    /// <summary>All of them.</summary>
    public static IReadOnlyList<MessageFunction> All { get; } = [IngestPart, GiveUpPart, ScoreFile, GiveUpFile, GiveUpRun];

    /// <summary>The function's name.</summary>
    public string Name { get; }

    /// <summary>Works on a message.</summary>
    /// <param name="read">Reads what the host sent.</param>
    /// <param name="services">The app's services.</param>
    /// <returns>A sentence for the invocation's log.</returns>
    /// <exception cref="RefusedRequestException">
    /// The message cannot be read, or the work failed; a failed invocation makes the broker deliver the message again.
    /// </exception>
    public async Task<string> RunAsync(Func<Task<Invocation>> read, IServiceProvider services)
    {
        var logger = services.LoggerOf(Name);
        try
        {
            return await _run(await read(), services, logger);
        }
        catch (EnvelopeException bad)
        {
            logger.LogError("{Function} was sent what it cannot read: {Reason}", Name, bad.Message);
            throw new RefusedRequestException(
                StatusCodes.Status400BadRequest, "bad-envelope", bad.Message,
                $"Send {{\"Data\":{{\"message\":\"{_example}\"}},\"Metadata\":{{…}}}}, as the Functions host does.", bad);
        }
    }

    private static MessageFunction Of<THandler, TMessage>(
        string name, string example, Func<Invocation, TMessage> read, Func<THandler, TMessage, CancellationToken, Task<string>> handle)
        where THandler : notnull
        where TMessage : class, IQueueMessage =>
        new(name, example, async (invocation, services, logger) =>
        {
            var message = read(invocation);
            try
            {
                // The host stops waiting when its time is up; the work goes on all the same.
                var outcome = await handle(services.GetRequiredService<THandler>(), message, services.Stopping());
                logger.LogInformation("{MessageId}: {Outcome}", message.MessageId, outcome);
                return outcome;
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                logger.LogError(failure, "{MessageId} failed; the message will be delivered again", message.MessageId);
                throw new RefusedRequestException(
                    StatusCodes.Status500InternalServerError, "message-failed", $"{message.MessageId} failed: {failure.Message}",
                    "The message is delivered again. If it keeps failing, the function's log has the whole error.", failure);
            }
        });

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
