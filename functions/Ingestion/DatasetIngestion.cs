using Azure;
using Azure.Storage.Blobs;
using Pipeline.Core.Datasets;
using Pipeline.Core.Messaging;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.Functions.Envelope;
using Pipeline.Functions.Ingestion.Content;
using Pipeline.Functions.Ingestion.Drop;
using Pipeline.Functions.Ingestion.Parts;

namespace Pipeline.Functions.Ingestion;

/// <summary>
/// Turns a dropped dataset into a run: reads, checks, splits and tokenizes it, writes shards and report, and sends one message.
/// It can be killed at any point and called again: all it writes has the same name and content each time.
/// </summary>
internal sealed class DatasetIngestion(
    BlobServiceClient storage, RunStore runs, RunEventLog events, ITrainingQueue queue, TimeProvider time, ILogger<DatasetIngestion> logger)
    : IDropHandler
{
    private readonly BlobContainerClient _datasets = storage.GetBlobContainerClient(BlobLayout.Datasets);
    private readonly RunEnd _end = new(storage, runs, events, queue, time);

    /// <inheritdoc/>
    public async Task<string> HandleAsync(string blob, CancellationToken cancellationToken)
    {
        if (DroppedDatasets.ReasonToWait(blob) is { } reason)
            return reason;
        var drops = new DroppedDatasets(_datasets);
        if (await drops.FindAsync(blob, cancellationToken) is not { } dropped)
            return $"'{blob}' is gone; there is nothing to do.";

        var run = await new RunStart(_datasets, runs, _end, time, logger).BeginAsync(dropped, cancellationToken);
        if (run.State != RunState.Validating)
            return $"Run '{run.RunId}' is {run.State.Name()}{(run.Failure is { } failure ? $" ({failure.Code})" : "")}; there is nothing to do.";

        var findings = new FindingLog();
        try
        {
            // As they were when the run began: a second attempt must make the same tokens, whatever the options file says by now.
            var dataset = new WholeDataset(new BlobContent(_datasets), DatasetParts.Of(run.Dataset, run.Options), run.Options, storage);
            var output = run.Options.Mode == RunMode.Validate ? null : new RunOutput(storage, run.RunId);
            return await _end.AcceptAsync(run, await dataset.IngestAsync(output, findings, cancellationToken), cancellationToken);
        }
        catch (DatasetRejectedException e)
        {
            return await _end.RejectAsync(run, e, findings, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            if ((await drops.FindAsync(blob, cancellationToken))?.RunId == run.RunId)
                throw;
            return await _end.CancelAsync(run, cancellationToken);
        }
    }
}
