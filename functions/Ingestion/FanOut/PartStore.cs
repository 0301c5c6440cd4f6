using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Pipeline.Core;
using Pipeline.Core.Datasets.Splits;
using Pipeline.Core.Storage;
using Pipeline.Functions.Ingestion.Join;
using Pipeline.Functions.Ingestion.Parts;
using Pipeline.Functions.Ingestion.Scan;
using Pipeline.Functions.Ingestion.Write;

namespace Pipeline.Functions.Ingestion.FanOut;

/// <summary>
/// What the instances that work on a large dataset hand to each other, in <c>runs/{run_id}/parts/</c>. Every blob is written once
/// and has the same content whoever writes it; the JSON of a step comes last and says that the step is done.
/// </summary>
internal sealed class PartStore(BlobServiceClient storage, string runId)
{
    private const string Json = "application/json";
    private const string Bytes = "application/octet-stream";

    private readonly BlobContainerClient _container = storage.GetBlobContainerClient(BlobLayout.Runs);
    private readonly RunOutput _output = new(storage, runId);

    private string Folder => BlobLayout.Parts(runId);

    /// <summary>The parts; null before they are known.</summary>
    public Task<IReadOnlyList<DatasetPart>?> PlanAsync(CancellationToken cancellationToken) =>
        ReadAsync("plan.json", FunctionsJson.Compact.IReadOnlyListDatasetPart, cancellationToken);

    /// <summary>Writes the parts.</summary>
    public Task WritePlanAsync(IReadOnlyList<DatasetPart> parts, CancellationToken cancellationToken) => WriteAsync("plan.json", parts, FunctionsJson.Compact.IReadOnlyListDatasetPart, cancellationToken);

    /// <summary>The parts for which a step is done.</summary>
    public async Task<int> CountAsync(IngestStep step, CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var _ in _container.GetBlobsAsync(BlobTraits.None, BlobStates.None, $"{Folder}{step.ToString().ToLowerInvariant()}-", cancellationToken))
            count++;
        return count;
    }

    /// <summary>Whether a part was read.</summary>
    public async Task<bool> IsScannedAsync(int part, CancellationToken cancellationToken) =>
        await _container.GetBlobClient(Folder + Scan(part)).ExistsAsync(cancellationToken);

    /// <summary>Keeps a part that was read.</summary>
    public async Task WriteScanAsync(ScannedPart part, CancellationToken cancellationToken)
    {
        var number = part.Summary.Number;
        part.Rows.Position = 0;
        await _output.CreateAsync(Folder + Rows(number), part.Rows, Bytes, cancellationToken);
        await _output.CreateAsync(Folder + Sample(number), part.Sample.OpenRead(), Bytes, cancellationToken);
        await WriteAsync(Scan(number), part.Summary, FunctionsJson.Compact.PartSummary, cancellationToken);
    }

    /// <summary>A part that was read, in temporary files.</summary>
    public async Task<ScannedPart> ScannedAsync(int part, CancellationToken cancellationToken)
    {
        var summary = await RequireAsync(Scan(part), FunctionsJson.Compact.PartSummary, cancellationToken);
        var rows = await DownloadAsync(Rows(part), cancellationToken);
        return new ScannedPart(summary, rows, await DownloadAsync(Sample(part), cancellationToken));
    }

    /// <summary>Whether the parts were joined.</summary>
    public async Task<bool> IsJoinedAsync(CancellationToken cancellationToken) =>
        await _container.GetBlobClient(Folder + "join.json").ExistsAsync(cancellationToken);

    /// <summary>Keeps the join, after the tokenizers that were chosen with it.</summary>
    public async Task WriteJoinAsync(JoinedDataset dataset, CancellationToken cancellationToken)
    {
        await _output.CreateAsync(Folder + "moved.bin", dataset.Moved.OpenRead(), Bytes, cancellationToken);
        await WriteAsync("join.json", dataset.Summary, FunctionsJson.Compact.JoinSummary, cancellationToken);
    }

    /// <summary>The join.</summary>
    public async Task<JoinedDataset> JoinedAsync(CancellationToken cancellationToken)
    {
        var summary = await RequireAsync("join.json", FunctionsJson.Compact.JoinSummary, cancellationToken);
        return new JoinedDataset(summary, new MovedTexts(await DownloadAsync("moved.bin", cancellationToken)));
    }

    /// <summary>What a part became with each tokenizer; null before it was tokenized.</summary>
    public Task<IReadOnlyList<WrittenPart>?> WrittenAsync(int part, CancellationToken cancellationToken) =>
        ReadAsync(Write(part), FunctionsJson.Compact.IReadOnlyListWrittenPart, cancellationToken);

    /// <summary>Keeps what a part became, after its shards.</summary>
    public Task WriteWrittenAsync(IReadOnlyList<WrittenPart> part, CancellationToken cancellationToken) =>
        WriteAsync(Write(part[0].Number), part, FunctionsJson.Compact.IReadOnlyListWrittenPart, cancellationToken);

    // The names of the last blob of a step begin with the step's own.
    private static string Scan(int part) => $"scan-{part:D5}.json";

    private static string Write(int part) => $"write-{part:D5}.json";

    private static string Rows(int part) => $"rows-{part:D5}.bin";

    private static string Sample(int part) => $"sample-{part:D5}.bin";

    private Task WriteAsync<T>(string name, T value, JsonTypeInfo<T> type, CancellationToken cancellationToken) => _output.CreateAsync(
        Folder + name, new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(value, type)), Json, cancellationToken);

    private async Task<T> RequireAsync<T>(string name, JsonTypeInfo<T> type, CancellationToken cancellationToken) where T : class =>
        await ReadAsync(name, type, cancellationToken) ?? throw new InvalidDataException($"The blob '{Folder}{name}' is missing or empty.");

    private async Task<T?> ReadAsync<T>(string name, JsonTypeInfo<T> type, CancellationToken cancellationToken) where T : class
    {
        try
        {
            var content = await _container.GetBlobClient(Folder + name).DownloadContentAsync(cancellationToken);
            return JsonSerializer.Deserialize(content.Value.Content.ToMemory().Span, type);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    private async Task<FileStream> DownloadAsync(string name, CancellationToken cancellationToken)
    {
        var file = ScratchFile.Create();
        try
        {
            await using var content = (await _container.GetBlobClient(Folder + name).DownloadStreamingAsync(cancellationToken: cancellationToken)).Value.Content;
            await content.CopyToAsync(file, cancellationToken);
            await file.FlushAsync(cancellationToken);
            file.Position = 0;
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }
}
