using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Pipeline.Core.Storage;

namespace Pipeline.Core.Runs;

/// <summary>Reads and writes run records. Writers never overwrite each other: every write carries the ETag it was based on.</summary>
public sealed class RunStore(BlobServiceClient storage)
{
    // A read is a round trip of some milliseconds: a thousand runs take seconds one by one.
    private const int ReadsAtOnce = 16;

    private readonly BlobContainerClient _container = storage.GetBlobContainerClient(BlobLayout.Runs);
    private readonly JsonRecords<RunRecord> _records = new(storage.GetBlobContainerClient(BlobLayout.Runs), CoreJson.Indented.RunRecord);

    /// <summary>Creates the record if there is none yet.</summary>
    /// <returns>True if this call created it; false if another did before.</returns>
    public Task<bool> TryCreateAsync(RunRecord record, CancellationToken cancellationToken = default) =>
        _records.TryCreateAsync(BlobLayout.RunRecord(record.RunId), record, cancellationToken);

    /// <summary>The record, or null where there is none.</summary>
    public Task<RunRecord?> FindAsync(string runId, CancellationToken cancellationToken = default) =>
        _records.FindAsync(BlobLayout.RunRecord(runId), cancellationToken);

    /// <summary>
    /// Applies a change to the newest record and writes it, again and again until no other writer came between.
    /// The change is given the record as it stands; returning it unchanged writes nothing.
    /// </summary>
    /// <returns>The record as it stands afterwards.</returns>
    /// <exception cref="KeyNotFoundException">There is no such run.</exception>
    public Task<RunRecord> UpdateAsync(string runId, Func<RunRecord, RunRecord> change, CancellationToken cancellationToken = default) =>
        _records.UpdateAsync(BlobLayout.RunRecord(runId), change, $"There is no run '{runId}'.", cancellationToken);

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

        var records = new RunRecord?[ids.Count];
        var reading = new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, ids.Count, reading, async (i, cancel) => records[i] = await FindAsync(ids[i], cancel));
        return [.. records.OfType<RunRecord>().OrderByDescending(r => r.CreatedAt)];
    }
}
