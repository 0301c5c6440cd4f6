using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Pipeline.Core.Storage;

namespace Pipeline.Core.Runs;

/// <summary>Reads and writes run records. Writers never overwrite each other: every write carries the ETag it was based on.</summary>
public sealed class RunStore(BlobServiceClient storage)
{
    private readonly BlobContainerClient _container = storage.GetBlobContainerClient(BlobLayout.Runs);

    /// <summary>Creates the record if there is none yet.</summary>
    /// <returns>True if this call created it; false if another did before.</returns>
    public async Task<bool> TryCreateAsync(RunRecord record, CancellationToken cancellationToken = default)
    {
        try
        {
            await WriteAsync(record, new BlobRequestConditions { IfNoneMatch = ETag.All }, cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobAlreadyExists || e.Status == 412)
        {
            return false;
        }
    }

    /// <summary>The record, or null where there is none.</summary>
    public async Task<RunRecord?> FindAsync(string runId, CancellationToken cancellationToken = default) =>
        (await ReadAsync(runId, cancellationToken))?.Record;

    /// <summary>
    /// Applies a change to the newest record and writes it, again and again until no other writer came between.
    /// The change is given the record as it stands; returning it unchanged writes nothing.
    /// </summary>
    /// <returns>The record as it stands afterwards.</returns>
    /// <exception cref="KeyNotFoundException">There is no such run.</exception>
    public async Task<RunRecord> UpdateAsync(string runId, Func<RunRecord, RunRecord> change, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var (record, etag) = await ReadAsync(runId, cancellationToken)
                ?? throw new KeyNotFoundException($"There is no run '{runId}'.");
            var changed = change(record);
            if (ReferenceEquals(changed, record))
                return record;
            try
            {
                await WriteAsync(changed, new BlobRequestConditions { IfMatch = etag }, cancellationToken);
                return changed;
            }
            catch (RequestFailedException e) when (e.Status == 412)
            {
                // Another writer was faster: look again at what it left.
            }
        }
    }

    /// <summary>All runs, newest first.</summary>
    public Task<IReadOnlyList<RunRecord>> ListAsync(CancellationToken cancellationToken = default) => ListAsync(null, cancellationToken);

    /// <summary>The runs of one model, newest first. Reads those only, since a run's id begins with the model's name.</summary>
    public async Task<IReadOnlyList<RunRecord>> ListForModelAsync(string modelName, CancellationToken cancellationToken = default) =>
        [.. (await ListAsync(modelName + "-", cancellationToken)).Where(r => r.ModelName == modelName)];

    private async Task<IReadOnlyList<RunRecord>> ListAsync(string? prefix, CancellationToken cancellationToken)
    {
        var ids = new List<string>();
        await foreach (var item in _container.GetBlobsByHierarchyAsync(BlobTraits.None, BlobStates.None, "/", prefix, cancellationToken))
        {
            if (item.IsPrefix)
                ids.Add(item.Prefix.TrimEnd('/'));
        }

        var records = new List<RunRecord>();
        foreach (var id in ids)
        {
            if (await FindAsync(id, cancellationToken) is { } record)
                records.Add(record);
        }

        return [.. records.OrderByDescending(r => r.CreatedAt)];
    }

    private async Task<(RunRecord Record, ETag ETag)?> ReadAsync(string runId, CancellationToken cancellationToken)
    {
        try
        {
            var blob = await _container.GetBlobClient(BlobLayout.RunRecord(runId)).DownloadContentAsync(cancellationToken);
            var record = JsonSerializer.Deserialize<RunRecord>(blob.Value.Content.ToMemory().Span, PipelineJson.Indented)
                ?? throw new InvalidDataException($"The record of run '{runId}' is empty.");
            return (record, blob.Value.Details.ETag);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    private Task WriteAsync(RunRecord record, BlobRequestConditions conditions, CancellationToken cancellationToken) =>
        _container.GetBlobClient(BlobLayout.RunRecord(record.RunId)).UploadAsync(
            BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(record, PipelineJson.Indented)),
            new BlobUploadOptions
            {
                Conditions = conditions,
                HttpHeaders = new BlobHttpHeaders { ContentType = "application/json" },
            },
            cancellationToken);
}
