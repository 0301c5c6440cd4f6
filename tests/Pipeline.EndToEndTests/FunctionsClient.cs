using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Pipeline.Core;
using Pipeline.Core.Messaging;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.Local;
using Pipeline.Local.FunctionsHost;
using Pipeline.Tests.Containers;

namespace Pipeline.EndToEndTests;

/// <summary>A user of the functions app, and the parts of Event Grid and of the Functions host that tell the app of an upload.</summary>
/// <param name="address">The app.</param>
/// <param name="storage">The account that datasets are dropped into.</param>
/// <param name="storageUri">The same account as the app knows it, for the events.</param>
/// <param name="uploads">The queue of the events.</param>
/// <param name="log">Receives what the functions log.</param>
internal sealed class FunctionsClient(Uri address, BlobServiceClient storage, Uri storageUri, IMessageQueue uploads, PipelineLog log) : IDisposable
{
    private static readonly TimeSpan PollingInterval = TimeSpan.FromMilliseconds(250);

    private readonly HttpClient _http = new() { BaseAddress = address };

    /// <summary>Uploads a dataset and returns it as its event tells of it.</summary>
    public async Task<DroppedBlob> UploadAsync(string name, string content, CancellationToken cancellationToken)
    {
        BlobClient blob = storage.GetBlobContainerClient(BlobLayout.Datasets).GetBlobClient(name);
        BlobContentInfo info = await blob.UploadAsync(BinaryData.FromString(content), overwrite: true, cancellationToken);
        BlobProperties properties = await blob.GetPropertiesAsync(cancellationToken: cancellationToken);
        return new DroppedBlob(
            BlobLayout.Datasets, name, info.ETag.ToString().Trim('"'), properties.ContentLength, properties.ContentType, info.LastModified);
    }

    /// <summary>Sends the event of an upload to the queue, and has the app work on the message.</summary>
    public async Task NotifyAsync(DroppedBlob blob, CancellationToken cancellationToken)
    {
        JsonObject message = BlobCreatedEvent.For(blob, new Uri($"{storageUri.ToString().TrimEnd('/')}/{blob.Container}"));
        await uploads.SendAsync((string)message["id"]!, message.ToJsonString(), cancellationToken);
        FunctionDefinition ingest = FunctionDefinition.QueueTriggered(Repository.PathOf("functions")).Single(f => f.Name == "IngestDataset");
        await new QueueTrigger(ingest, uploads, new FunctionInvoker(_http, log, TimeProvider.System), log, TimeProvider.System)
            .ReceiveAsync(TimeSpan.FromSeconds(30), cancellationToken);
    }

    /// <summary>The runs of a model, newest first.</summary>
    public async Task<IReadOnlyList<RunRecord>> RunsAsync(string model, CancellationToken cancellationToken) =>
        (await _http.GetFromJsonAsync<RunPage>($"/api/runs?model={model}", PipelineJson.Compact, cancellationToken))!.Runs;

    /// <summary>The published versions of a model, newest first.</summary>
    public async Task<IReadOnlyList<PublishedVersion>> VersionsAsync(string model, CancellationToken cancellationToken) =>
        (await _http.GetFromJsonAsync<ModelPage>($"/api/models/{model}", PipelineJson.Compact, cancellationToken))!.Versions;

    /// <summary>Waits until a run is as wanted.</summary>
    public async Task<RunRecord> FollowAsync(string runId, Func<RunRecord, bool> until, CancellationToken cancellationToken)
    {
        while (true)
        {
            RunRecord run = (await _http.GetFromJsonAsync<RunRecord>($"/api/runs/{runId}", PipelineJson.Compact, cancellationToken))!;
            if (until(run))
                return run;
            Assert.True(run.FinishedAt is null, $"The run ended too early: {run.State}, {run.Failure?.Code}: {run.Failure?.Message}");
            await Task.Delay(PollingInterval, cancellationToken);
        }
    }

    /// <summary>Asks for the likeliest label of each text.</summary>
    public async Task<Answer> ClassifyAsync(string model, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await _http.PostAsJsonAsync(
            $"/api/models/{model}/classify", new { inputs = texts, top_k = 1 }, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
            return new Answer(response.StatusCode, null, []);
        var labels = await response.Content.ReadFromJsonAsync<List<List<Score>>>(PipelineJson.Compact, cancellationToken);
        return new Answer(response.StatusCode, response.Headers.GetValues("X-Model-Version").Single(), [.. labels!.Select(scores => scores[0].Label)]);
    }

    public void Dispose() => _http.Dispose();

    private sealed record RunPage(IReadOnlyList<RunRecord> Runs);

    private sealed record ModelPage(IReadOnlyList<PublishedVersion> Versions);

    private sealed record Score(string Label);
}

/// <summary>A version as <c>GET /api/models/{name}</c> lists it.</summary>
internal sealed record PublishedVersion(string Version, string RunId, bool IsProduction);

/// <summary>An answer of the classifier.</summary>
/// <param name="Status">200, or what went wrong.</param>
/// <param name="Version">The version that answered.</param>
/// <param name="Labels">The likeliest label of each text.</param>
internal sealed record Answer(HttpStatusCode Status, string? Version, IReadOnlyList<string> Labels);
