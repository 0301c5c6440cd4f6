using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Core;
using Pipeline.Core.Messaging;
using Pipeline.Core.Storage;
using Pipeline.Functions.Envelope;
using Pipeline.Functions.Scoring;
using Pipeline.Functions.Serving;
using Pipeline.IntegrationTests.Fixtures;
using Pipeline.Tests.Shared;

namespace Pipeline.IntegrationTests.Scoring;

/// <summary>An instance of the functions app that classifies files of an empty account, with a queue that only takes notes.</summary>
internal sealed class ScoringRig : IAsyncDisposable
{
    private readonly RunningFunctions _app;

    private ScoringRig(RunningFunctions app, BlobServiceClient storage, RecordingFileQueue queue) => (_app, Storage, Queue) = (app, storage, queue);

    public BlobServiceClient Storage { get; }

    public RecordingFileQueue Queue { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private BlobContainerClient Outbox => Storage.GetBlobContainerClient(BlobLayout.Outbox);

    public static async Task<ScoringRig> StartAsync(AzuriteFixture azurite, WinModels models, params string[] settings)
    {
        var account = azurite.NewAccount();
        var storage = await AzuriteFixture.PrepareAsync(account);
        return await StartAsync(account, storage, new RecordingFileQueue(), models, settings);
    }

    public Task UploadAsync(string blob, string content) => UploadAsync(blob, Encoding.UTF8.GetBytes(content));

    public Task UploadAsync(string blob, byte[] content) => InboxBlob(blob).UploadAsync(BinaryData.FromBytes(content), overwrite: true, Cancel);

    public BlobClient InboxBlob(string blob) => Storage.GetBlobContainerClient(BlobLayout.Inbox).GetBlobClient(blob);

    public async Task<string> ETagAsync(string blob) => (await InboxBlob(blob).GetPropertiesAsync(cancellationToken: Cancel)).Value.ETag.Bare();

    /// <summary>What the event of an upload does.</summary>
    public Task ReceiveAsync(string blob) => _app.Services.GetRequiredService<IInboxHandler>().HandleAsync(blob, Cancel);

    /// <summary>What the event of an upload does that no delivery could do.</summary>
    public Task<string> GiveUpUploadAsync(string blob, string etag) => _app.Services.GetRequiredService<IInboxHandler>().GiveUpAsync(
        new DeadUpload(BlobEvent.Of(BlobLayout.Inbox, blob) with { ETag = etag }, "MaxDeliveryCountExceeded", "Ten were too few."), Cancel);

    /// <summary>What a message does.</summary>
    public Task<string> HandleAsync(ScoreRequest request, CancellationToken? cancel = null) =>
        _app.Services.GetRequiredService<IScoreHandler>().HandleAsync(request, cancel ?? Cancel);

    /// <summary>What a message does that no delivery could do.</summary>
    public Task<string> GiveUpAsync(ScoreRequest request) => _app.Services.GetRequiredService<IScoreHandler>().GiveUpAsync(request, Cancel);

    /// <summary>Drops a file, and works on messages until there are none.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> DropAsync(string blob, byte[] content)
    {
        await UploadAsync(blob, content);
        await ReceiveAsync(blob);
        return await WorkAsync();
    }

    public Task<int> DropAsync(string blob, string content) => DropAsync(blob, Encoding.UTF8.GetBytes(content));

    /// <summary>Works on messages until there are none.</summary>
    public async Task<int> WorkAsync()
    {
        var messages = 0;
        for (; Queue.Take() is { } request; messages++)
            await HandleAsync(request);
        return messages;
    }

    /// <summary>The lines of a result.</summary>
    public async Task<string[]> LinesAsync(string blob) => (await TextAsync(blob)).TrimEnd('\n').Split('\n');

    public async Task<string> TextAsync(string blob) => (await Outbox.GetBlobClient(blob).DownloadContentAsync(Cancel)).Value.Content.ToString();

    public async Task<JsonNode> JsonAsync(string blob) => JsonNode.Parse(await TextAsync(blob))!;

    /// <summary>All that lies in the outbox.</summary>
    public async Task<List<string>> OutboxAsync()
    {
        var names = new List<string>();
        await foreach (var blob in Outbox.GetBlobsAsync(BlobTraits.None, BlobStates.None, null, Cancel))
            names.Add(blob.Name);
        return names;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task<ScoringRig> StartAsync(string account, BlobServiceClient storage, RecordingFileQueue queue, WinModels models, string[] settings) =>
        new(
            await RunningFunctions.StartAsync(
                account,
                b => b.Services.AddSingleton<IModelSource>(models).AddSingleton(new FileQueue(queue)),
                ["Pipeline:Serving:CheckInterval=00:00:00", .. settings]),
            storage, queue);
}

/// <summary>Keeps requests until a test takes them, and drops repeated ones as the broker does.</summary>
internal sealed class RecordingFileQueue : IMessageQueue
{
    private readonly ConcurrentQueue<ScoreRequest> _waiting = new();
    private readonly ConcurrentDictionary<string, bool> _seen = new();

    public Task SendAsync(string messageId, string body, CancellationToken cancellationToken = default)
    {
        var request = JsonSerializer.Deserialize<ScoreRequest>(body, PipelineJson.Compact)!;
        Assert.Equal(request.MessageId, messageId);
        if (_seen.TryAdd(messageId, true))
            _waiting.Enqueue(request);
        return Task.CompletedTask;
    }

    /// <summary>The next request; null where none waits.</summary>
    public ScoreRequest? Take() => _waiting.TryDequeue(out var request) ? request : null;

    public Task<IMessageDelivery?> ReceiveAsync(TimeSpan maxWait, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("The functions receive nothing; the host does.");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
