using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Pipeline.Core;
using Pipeline.Core.Storage;
using Pipeline.Functions.Envelope;
using Pipeline.Functions.Ingestion.FanOut;
using Pipeline.Functions.Recovery;
using Pipeline.Functions.Scoring;

namespace Pipeline.Functions.Triggers;

/// <summary>The functions that messages of queues start.</summary>
internal static class MessageFunctions
{
    private const string Event = "{\\\"eventType\\\":\\\"Microsoft.Storage.BlobCreated\\\",\\\"subject\\\":…,\\\"data\\\":{…}}";
    private const string Part = "{\\\"run_id\\\":…,\\\"step\\\":\\\"scan\\\",\\\"part\\\":0}";
    private const string File = "{\\\"blob\\\":…,\\\"e_tag\\\":…,\\\"slice\\\":0,\\\"blocks\\\":0}";

    /// <summary>Takes in a dataset.</summary>
    public static MessageFunction<BlobEvent> IngestDataset { get; } = Upload<IDropHandler>(nameof(IngestDataset), BlobLayout.Datasets);

    /// <summary>Says in a run what became of a dataset that no delivery could take in, from the dead-letter queue: nobody else would.</summary>
    public static MessageFunction<DeadUpload> GiveUpUpload { get; } = DeadUpload<IDropHandler>(nameof(GiveUpUpload), BlobLayout.Datasets);

    /// <summary>Takes in a file to classify.</summary>
    public static MessageFunction<BlobEvent> ReceiveFile { get; } = Upload<IInboxHandler>(nameof(ReceiveFile), BlobLayout.Inbox);

    /// <summary>Says in the outbox what became of a file that no delivery could take in, from the dead-letter queue: nobody else would.</summary>
    public static MessageFunction<DeadUpload> GiveUpInboxUpload { get; } = DeadUpload<IInboxHandler>(nameof(GiveUpInboxUpload), BlobLayout.Inbox);

    /// <summary>Works on a part of a dataset.</summary>
    public static MessageFunction<PartRequest> IngestPart { get; } =
        Of<IPartHandler, PartRequest>(nameof(IngestPart), Part, FunctionsJson.Compact.PartRequest, (handler, part, stop) => handler.HandleAsync(part, stop));

    /// <summary>Gives up a part that no delivery could do, from the dead-letter queue: nobody else would end its run.</summary>
    public static MessageFunction<PartRequest> GiveUpPart { get; } =
        Of<IPartHandler, PartRequest>(nameof(GiveUpPart), Part, FunctionsJson.Compact.PartRequest, (handler, part, stop) => handler.GiveUpAsync(part, stop), isDeadLetter: true);

    /// <summary>Classifies a slice of a file.</summary>
    public static MessageFunction<ScoreRequest> ScoreFile { get; } =
        Of<IScoreHandler, ScoreRequest>(nameof(ScoreFile), File, FunctionsJson.Compact.ScoreRequest, (handler, file, stop) => handler.HandleAsync(file, stop));

    /// <summary>Gives up a file that no delivery could do, from the dead-letter queue: nobody else would say what became of it.</summary>
    public static MessageFunction<ScoreRequest> GiveUpFile { get; } =
        Of<IScoreHandler, ScoreRequest>(nameof(GiveUpFile), File, FunctionsJson.Compact.ScoreRequest, (handler, file, stop) => handler.GiveUpAsync(file, stop), isDeadLetter: true);

    /// <summary>Ends the run of a training request that no delivery could do, from the dead-letter queue.</summary>
    public static MessageFunction<DeadRequest> GiveUpRun { get; } = Of<RunRecovery, DeadRequest>(
        nameof(GiveUpRun), "{\\\"run_id\\\":…}",
        invocation => new DeadRequest(Body(invocation, CoreJson.Compact.TrainingRequest), invocation.DeadLetterReason, invocation.DeadLetterDescription),
        (recovery, dead, stop) => recovery.GiveUpAsync(dead, stop), isDeadLetter: true);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<MessageFunction> All { get; } =
        [IngestDataset, GiveUpUpload, ReceiveFile, GiveUpInboxUpload, IngestPart, GiveUpPart, ScoreFile, GiveUpFile, GiveUpRun];

    private static MessageFunction<BlobEvent> Upload<THandler>(string name, string container) where THandler : IDropHandler => Of<THandler, BlobEvent>(
        name, Event, invocation => BlobEvent.Read(invocation.Json(MessageFunction.Binding)),
        (handler, e, stop) => BlobDrop.ReasonToIgnore(e, container) is { } reason ? PassOver(reason) : handler.HandleAsync(e.Blob, stop));

    private static MessageFunction<DeadUpload> DeadUpload<THandler>(string name, string container) where THandler : IDropHandler => Of<THandler, DeadUpload>(
        name, Event,
        invocation => new DeadUpload(BlobEvent.Read(invocation.Json(MessageFunction.Binding)), invocation.DeadLetterReason, invocation.DeadLetterDescription),
        (handler, dead, stop) => BlobDrop.ReasonToIgnore(dead.Event, container) is { } reason ? PassOver(reason) : handler.GiveUpAsync(dead, stop),
        isDeadLetter: true);

    private static Task<string> PassOver(string reason) => Task.FromResult($"Passed over: {reason}.");

    private static MessageFunction<TMessage> Of<THandler, TMessage>(
        string name, string example, JsonTypeInfo<TMessage> type, Func<THandler, TMessage, CancellationToken, Task<string>> handle, bool isDeadLetter = false)
        where THandler : notnull
        where TMessage : class, IQueueMessage => Of(name, example, invocation => Body(invocation, type), handle, isDeadLetter);

    private static MessageFunction<TMessage> Of<THandler, TMessage>(
        string name, string example, Func<Invocation, TMessage> read, Func<THandler, TMessage, CancellationToken, Task<string>> handle, bool isDeadLetter = false)
        where THandler : notnull
        where TMessage : IQueueMessage =>
        new(name, example, invocation => Complete(read(invocation)), (services, message, stop) => handle(services.GetRequiredService<THandler>(), message, stop))
        {
            IsDeadLetter = isDeadLetter,
        };

    private static TMessage Complete<TMessage>(TMessage message) where TMessage : IQueueMessage =>
        message.IsComplete ? message : throw new EnvelopeException("The message does not say what it is about.");

    private static T Body<T>(Invocation invocation, JsonTypeInfo<T> type) where T : class
    {
        try
        {
            // A binding is an object: it cannot be read as null.
            return invocation.Object(MessageFunction.Binding).Deserialize(type)!;
        }
        catch (JsonException e)
        {
            throw new EnvelopeException($"The message is not what the queue is for: {e.Message}", e);
        }
    }
}
