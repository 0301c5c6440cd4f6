using Azure.Storage.Blobs;
using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.Functions.Ingestion.Drop;

namespace Pipeline.Functions.Ingestion;

/// <summary>Begins a run for a dropped dataset, or finds the one that an event before this began.</summary>
internal sealed class RunStart(BlobServiceClient storage, RunStore runs, RunEnd end, TimeProvider time, ILogger<RunStart> logger)
{
    private readonly BlobContainerClient _datasets = storage.GetBlobContainerClient(BlobLayout.Datasets);

    /// <summary>The run of a drop.</summary>
    public async Task<RunRecord> BeginAsync(DroppedDataset dropped, CancellationToken cancellationToken)
    {
        var run = await FindOrCreateAsync(dropped, cancellationToken);
        if (run.State == RunState.Validating)
            await CancelReplacedAsync(run, cancellationToken);
        return run;
    }

    private async Task<RunRecord> FindOrCreateAsync(DroppedDataset dropped, CancellationToken cancellationToken)
    {
        var runId = dropped.RunId;
        if (await runs.FindAsync(runId, cancellationToken) is { } known)
            return known;

        var record = await NewAsync(dropped, cancellationToken);
        if (await runs.TryCreateAsync(record, cancellationToken))
        {
            var (blob, bytes) = (record.Dataset.Blob, record.Dataset.SizeBytes);
            logger.LogInformation("Run {RunId} begins with '{Blob}' of {Bytes} bytes", runId, blob, bytes);
            await end.LogAsync(record, record.State, record.Failure?.Message ?? $"'{blob}' arrived, {bytes} bytes.", cancellationToken);
            if (record.State.IsFinal())
                logger.LogEnded(record);
            return record;
        }

        return await runs.FindAsync(runId, cancellationToken) ?? throw new InvalidOperationException($"The record of run '{runId}' was removed.");
    }

    private async Task<RunRecord> NewAsync(DroppedDataset dropped, CancellationToken cancellationToken)
    {
        var record = new RunRecord
        {
            RunId = dropped.RunId,
            ModelName = dropped.ModelName,
            // The upload's time, not this process's: a version's place in time is then the same on every attempt.
            Version = RunId.VersionFor(dropped.RunId, dropped.LastModified),
            Dataset = dropped.Reference,
            State = RunState.Validating,
            Options = new RunOptions(),
            CreatedAt = time.GetUtcNow(),
        };
        try
        {
            return record with { Options = await new DatasetOptions(SmallBlobs.In(_datasets), dropped).ReadAsync(cancellationToken) };
        }
        catch (DatasetRejectedException e)
        {
            // Rejected from its first moment: a run that stood in validating without its options could be taken up with the wrong ones.
            return await end.RejectedAsync(record, e, new FindingLog(), cancellationToken);
        }
    }

    // An attempt that died, and whose blob was then replaced, is never asked for again: no event of its upload will come.
    private async Task CancelReplacedAsync(RunRecord run, CancellationToken cancellationToken)
    {
        foreach (var older in await runs.ListForModelAsync(run.ModelName, cancellationToken))
        {
            if (older.State == RunState.Validating && older.Dataset.Blob == run.Dataset.Blob && older.CreatedAt < run.CreatedAt)
                await end.CancelAsync(older, cancellationToken);
        }
    }
}
