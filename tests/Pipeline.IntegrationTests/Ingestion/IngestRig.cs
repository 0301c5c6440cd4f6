using System.Text;
using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Core;
using Pipeline.Core.Costs;
using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;
using Pipeline.Core.Shards;
using Pipeline.Core.Storage;
using Pipeline.Functions.Estimates;
using Pipeline.Functions.Ingestion;
using Pipeline.Functions.Ingestion.Drop;
using Pipeline.Functions.Ingestion.FanOut;
using Pipeline.IntegrationTests.Fixtures;

namespace Pipeline.IntegrationTests.Ingestion;

/// <summary>Ingest on an empty account, with a queue that only takes notes.</summary>
internal sealed class IngestRig
{
    private readonly IngestOptions _options;

    private IngestRig(BlobServiceClient storage, IngestOptions options)
    {
        (Storage, _options) = (storage, options);
        Runs = new RunStore(storage);
        Ingestion = NewIngestion();
    }

    public BlobServiceClient Storage { get; }

    public RunStore Runs { get; }

    public RecordingQueue Queue { get; } = new();

    /// <summary>The queue of the parts of large datasets.</summary>
    public RecordingMessageQueue Parts { get; } = new();

    public DatasetIngestion Ingestion { get; }

    public static async Task<IngestRig> StartAsync(AzuriteFixture azurite, IngestOptions? options = null) =>
        new(await azurite.NewPipelineAccountAsync(), options ?? new IngestOptions());

    /// <summary>The same on an empty account that others are to read too.</summary>
    public static async Task<IngestRig> StartAsync(string connectionString) =>
        new(await AzuriteFixture.PrepareAsync(connectionString), new IngestOptions());

    /// <summary>The same on an account that is prepared.</summary>
    public static IngestRig On(BlobServiceClient storage) => new(storage, new IngestOptions());

    /// <summary>Another process's ingest on the same account and queue.</summary>
    public DatasetIngestion NewIngestion()
    {
        var (drops, end) = (Drops(), End());
        return new(Storage, drops, new RunStart(Storage, Runs, end, TimeProvider.System, NullLogger<RunStart>.Instance), new RunAttempt(drops, end), end, NewFanOut(), TimeProvider.System);
    }

    /// <summary>Another instance that works on parts.</summary>
    public FanOutIngestion NewFanOut()
    {
        var (drops, end) = (Drops(), End());
        return new(Storage, Runs, end, new RunAttempt(drops, end), new PartQueue(Parts), _options);
    }

    public Task UploadAsync(string blob, string content) => UploadAsync(blob, Encoding.UTF8.GetBytes(content));

    public Task UploadAsync(string blob, byte[] content, Dictionary<string, string>? metadata = null) =>
        Storage.GetBlobContainerClient(BlobLayout.Datasets).GetBlobClient(blob)
            .UploadAsync(BinaryData.FromBytes(content), new BlobUploadOptions { Metadata = metadata }, TestContext.Current.CancellationToken);

    /// <summary>What the event of an upload does.</summary>
    public Task<string> HandleAsync(string blob) => Ingestion.HandleAsync(blob, TestContext.Current.CancellationToken);

    public async Task<RunRecord> DropAsync(string blob, string content)
    {
        await UploadAsync(blob, content);
        await HandleAsync(blob);
        return (await Runs.ListAsync(TestContext.Current.CancellationToken))[0];
    }

    public async Task<ValidationReport> ReportAsync(string runId)
    {
        var report = await RunBlob(BlobLayout.Report(runId)).DownloadContentAsync(TestContext.Current.CancellationToken);
        return JsonSerializer.Deserialize<ValidationReport>(report.Value.Content, PipelineJson.Indented)!;
    }

    public async Task<List<TokenizedExample>> ExamplesAsync(RunRecord run, string split)
    {
        var examples = new List<TokenizedExample>();
        foreach (var shard in run.Ingest!.Splits[split].Shards)
        {
            await using var stream = await RunBlob($"{run.RunId}/{shard}").OpenReadAsync(cancellationToken: TestContext.Current.CancellationToken);
            examples.AddRange(await TokenShardReader.ReadAsync(stream).ToListAsync());
        }

        return examples;
    }

    /// <summary>Name and content hash of everything under a run but its record and its event log.</summary>
    public async Task<Dictionary<string, string>> ArtifactsAsync(string runId)
    {
        var artifacts = new Dictionary<string, string>();
        var container = Storage.GetBlobContainerClient(BlobLayout.Runs);
        await foreach (var blob in container.GetBlobsAsync(BlobTraits.None, BlobStates.None, runId + "/", TestContext.Current.CancellationToken))
        {
            if (blob.Name != BlobLayout.RunRecord(runId) && blob.Name != BlobLayout.Events(runId))
                artifacts[blob.Name] = Convert.ToHexString(blob.Properties.ContentHash);
        }

        return artifacts;
    }

    private DroppedDatasets Drops() => new(Storage.GetBlobContainerClient(BlobLayout.Datasets));

    private RunEnd End() => new(
        Storage, Runs, new RunEventLog(Storage), Queue, new DatasetEstimates(Storage, new RateOptions(), new MeasuredRunStore(Storage)), TimeProvider.System, NullLogger<RunEnd>.Instance);

    public BlobClient RunBlob(string name) => Storage.GetBlobContainerClient(BlobLayout.Runs).GetBlobClient(name);

    /// <summary>A CSV that can be trained on.</summary>
    public static string Csv(int rows = 60, string flavour = "")
    {
        var csv = new StringBuilder("text,label\n");
        for (var i = 0; i < rows; i++)
            csv.Append(i % 2 == 0 ? $"\"win prize number {i}, now{flavour}\",spam\n" : $"see you at lunch on day {i}{flavour},ham\n");
        return csv.ToString();
    }
}
