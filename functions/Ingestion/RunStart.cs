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

    /// <summary>Fails the run of a drop, which need not have been begun. One that has ended, or got past reading, stays as it is.</summary>
    /// <returns>The run as it stands.</returns>
    public async Task<RunRecord> GiveUpAsync(DroppedDataset dropped, RunFailure failure, CancellationToken cancellationToken)
    {
        // Its options are not looked at: they may be what no delivery could read.
        var record = New(dropped) with { State = RunState.Failed, FinishedAt = time.GetUtcNow(), Failure = failure };
        if (await TryCreateAsync(record, cancellationToken))
        {
            logger.LogFailed(record);
            return record;
        }

        if (await RequireAsync(record.RunId, cancellationToken) is { State: RunState.Validating } begun)
            await end.FailAsync(begun, failure, cancellationToken);
        return await RequireAsync(record.RunId, cancellationToken);
    }

    private async Task<RunRecord> FindOrCreateAsync(DroppedDataset dropped, CancellationToken cancellationToken)
    {
        var runId = dropped.RunId;
        if (await runs.FindAsync(runId, cancellationToken) is { } known)
            return known;

        var record = await NewAsync(dropped, cancellationToken);
        return await TryCreateAsync(record, cancellationToken) ? record : await RequireAsync(runId, cancellationToken);
    }

    private async Task<bool> TryCreateAsync(RunRecord record, CancellationToken cancellationToken)
    {
        if (!await runs.TryCreateAsync(record, cancellationToken))
            return false;
        var (blob, bytes) = (record.Dataset.Blob, record.Dataset.SizeBytes);
        logger.LogInformation("Run {RunId} begins with '{Blob}' of {Bytes} bytes", record.RunId, blob, bytes);
        await end.LogAsync(record, record.State, record.Failure?.Message ?? $"'{blob}' arrived, {bytes} bytes.", cancellationToken);
        if (record.State.IsFinal())
            logger.LogEnded(record);
        return true;
    }

    private async Task<RunRecord> RequireAsync(string runId, CancellationToken cancellationToken) =>
        await runs.FindAsync(runId, cancellationToken) ?? throw new InvalidOperationException($"The record of run '{runId}' was removed.");

    private async Task<RunRecord> NewAsync(DroppedDataset dropped, CancellationToken cancellationToken)
    {
        var record = New(dropped);
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

    private RunRecord New(DroppedDataset dropped) => new()
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
