using Azure.Storage.Blobs;
using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.Functions.Envelope;
using Pipeline.Functions.Ingestion.Content;
using Pipeline.Functions.Ingestion.Drop;
using Pipeline.Functions.Ingestion.FanOut;
using Pipeline.Functions.Ingestion.Parts;

namespace Pipeline.Functions.Ingestion;

/// <summary>
/// Turns a dropped dataset into a run: reads, checks, splits and tokenizes it, writes shards and report, and sends one message.
/// It can be killed at any point and called again: all it writes has the same name and content each time.
/// </summary>
internal sealed class DatasetIngestion(
    BlobServiceClient storage, DroppedDatasets drops, RunStart start, RunAttempt attempt, RunEnd end, FanOutIngestion fanOut, TimeProvider time)
    : IDropHandler
{
    private readonly BlobContent _content = new(storage.GetBlobContainerClient(BlobLayout.Datasets));

    /// <inheritdoc/>
    public async Task<string> HandleAsync(string blob, CancellationToken cancellationToken)
    {
        if (DroppedDatasets.ReasonToWait(blob) is { } reason)
            return reason;
        if (await drops.FindAsync(blob, cancellationToken) is not { } dropped)
            return $"'{blob}' is gone; there is nothing to do.";

        var run = await start.BeginAsync(dropped, cancellationToken);
        if (run.State != RunState.Validating)
            return $"Run '{run.RunId}' is {run.State.Name()}{(run.Failure is { } failure ? $" ({failure.Code})" : "")}; there is nothing to do.";
        return fanOut.Takes(run)
            ? await fanOut.BeginAsync(run, cancellationToken)
            : await attempt.RunAsync(run, findings => IngestAsync(run, findings, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<string> GiveUpAsync(DeadUpload upload, CancellationToken cancellationToken)
    {
        var blob = upload.Event.Blob;
        if (DroppedDatasets.ReasonToWait(blob) is { } reason)
            return reason;
        var dropped = await drops.OfEventAsync(upload.Event, time.GetUtcNow(), cancellationToken);
        var failure = new RunFailure(
            "ingest-failed", $"'{dropped.Reference.Blob}' was not read in: {upload.Why}",
            "The functions' log has the error. Upload the dataset again when its cause is mended.");
        var run = await start.GiveUpAsync(dropped, failure, cancellationToken);
        return $"Run '{run.RunId}' is {run.State.Name()}{(run.Failure is { } why ? $" ({why.Code})" : "")}.";
    }

    private async Task<string> IngestAsync(RunRecord run, FindingLog findings, CancellationToken cancellationToken)
    {
        // As they were when the run began: a second attempt must make the same tokens, whatever the options file says by now.
        var dataset = new WholeDataset(_content, DatasetParts.Of(run.Dataset, run.Options), run.Options, storage);
        var output = run.Options.Mode == RunMode.Validate ? null : new RunOutput(storage, run.RunId);
        return await end.AcceptAsync(run, await dataset.IngestAsync(output, findings, cancellationToken), cancellationToken);
    }
}
