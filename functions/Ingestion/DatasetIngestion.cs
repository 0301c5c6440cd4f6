using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Pipeline.Core.Datasets;
using Pipeline.Core.Messaging;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.Functions.Envelope;

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

    /// <inheritdoc/>
    public async Task<string> HandleAsync(string blob, CancellationToken cancellationToken)
    {
        if (blob.EndsWith(DatasetFile.OptionsExtension, StringComparison.OrdinalIgnoreCase))
            return $"'{blob}' holds options; they are read when their dataset is dropped.";
        if (await PropertiesAsync(blob, cancellationToken) is not { } properties)
            return $"'{blob}' is gone; there is nothing to do.";

        var run = await FindOrCreateAsync(blob, properties, cancellationToken);
        if (run.State != RunState.Validating)
            return $"Run '{run.RunId}' is {run.State.Name()}{(run.Failure is { } failure ? $" ({failure.Code})" : "")}; there is nothing to do.";
        await CancelReplacedAsync(run, cancellationToken);

        var findings = new FindingLog();
        try
        {
            var ingested = await IngestAsync(run, properties, findings, cancellationToken);
            if (ingested.State != RunState.Validating)
                return $"Run '{run.RunId}' became {ingested.State.Name()} meanwhile; nothing is sent.";
            await EnqueueAsync(run, cancellationToken);
            return $"Run '{run.RunId}' is queued.";
        }
        catch (DatasetRejectedException e)
        {
            findings.Add(e.Kind, e.Line, e.Message);
            await RejectAsync(run, e, findings, cancellationToken);
            return $"Run '{run.RunId}' is rejected: {e.Kind.Id}. {e.Message}";
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            if (!await IsReplacedAsync(blob, properties.ETag, cancellationToken))
                throw;
            await CancelAsync(run, cancellationToken);
            return $"Run '{run.RunId}' is cancelled: '{blob}' was replaced while it was read.";
        }
    }

    // The newest record of the run, which another writer may have moved on.
    private async Task<RunRecord> IngestAsync(RunRecord run, BlobProperties properties, FindingLog findings, CancellationToken cancellationToken)
    {
        var file = DatasetFile.Parse(run.Dataset.Blob);
        // As they were when the run began: a second attempt must make the same tokens, whatever the options file says by now.
        var options = run.Options;
        using var dataset = await ScanAsync(file, properties.ETag, options, findings, cancellationToken);
        using var tokenizer = options.BaseModel is { } name
            ? await RunTokenizer.OfBaseModelAsync(storage, name, cancellationToken)
            : await Task.Run(() => RunTokenizer.Learn(dataset, options.VocabularySize, cancellationToken), cancellationToken);

        var output = new RunOutput(storage, run.RunId);
        await output.WriteTokenizerAsync(tokenizer, cancellationToken);
        var shards = await output.WriteShardsAsync(dataset, tokenizer, cancellationToken);
        await output.WriteReportAsync(
            new ValidationReport
            {
                RunId = run.RunId,
                Dataset = file.Blob,
                Accepted = true,
                RowsUsed = dataset.Rows.Count,
                RowsLeftOut = dataset.RowsLeftOut,
                Labels = dataset.LabelReports(),
                TokenLengths = shards.Lengths,
                Findings = findings.ToList(),
            },
            cancellationToken);
        // Before the message: a trainer may have it before this process comes to its next line.
        return await runs.UpdateAsync(
            run.RunId,
            r => r.State != RunState.Validating ? r : r with
            {
                Ingest = new IngestSummary(dataset.LabelNames, shards.Splits, tokenizer.VocabularySize),
            },
            cancellationToken);
    }

    private async Task<ScannedDataset> ScanAsync(
        DatasetFile file, ETag etag, RunOptions options, FindingLog findings, CancellationToken cancellationToken)
    {
        // If-Match: a blob that is replaced meanwhile must not be read half old and half new.
        var download = await _datasets.GetBlobClient(file.Blob).DownloadStreamingAsync(
            new BlobDownloadOptions { Conditions = new BlobRequestConditions { IfMatch = etag } }, cancellationToken);
        await using var content = download.Value.Content;
        return await Task.Run(() => ScannedDataset.Scan(content, file, options, findings, cancellationToken), cancellationToken);
    }

    private async Task EnqueueAsync(RunRecord run, CancellationToken cancellationToken)
    {
        await queue.SendAsync(new TrainingRequest(run.RunId, run.ModelName), cancellationToken);
        var now = time.GetUtcNow();
        await runs.UpdateAsync(
            run.RunId, r => r.State == RunState.Validating ? r with { State = RunState.Queued, QueuedAt = now } : r, cancellationToken);
        await LogAsync(run, RunState.Queued, "The dataset is accepted and the training request is on the queue.", cancellationToken);
    }

    private async Task RejectAsync(RunRecord run, DatasetRejectedException reason, FindingLog findings, CancellationToken cancellationToken)
    {
        await WriteRejectionAsync(run, findings, cancellationToken);
        await FinishAsync(run, RunState.Rejected, Failure(run.Dataset.Blob, reason), cancellationToken);
    }

    private Task WriteRejectionAsync(RunRecord run, FindingLog findings, CancellationToken cancellationToken) =>
        new RunOutput(storage, run.RunId).WriteReportAsync(
            new ValidationReport
            {
                RunId = run.RunId,
                Dataset = run.Dataset.Blob,
                Accepted = false,
                RowsUsed = 0,
                RowsLeftOut = 0,
                Labels = [],
                Findings = findings.ToList(),
            },
            cancellationToken);

    private static RunFailure Failure(string blob, DatasetRejectedException reason)
    {
        var place = reason.Line is { } line ? $"{blob}, line {line}" : blob;
        return new RunFailure(reason.Kind.Id, $"{place}: {reason.Kind.Meaning} {reason.Message}", reason.Kind.Fix);
    }

    private Task CancelAsync(RunRecord run, CancellationToken cancellationToken) =>
        FinishAsync(
            run, RunState.Cancelled,
            new RunFailure("superseded", $"'{run.Dataset.Blob}' was replaced or removed while it was read.", "The new upload has a run of its own."),
            cancellationToken);

    private async Task FinishAsync(RunRecord run, RunState state, RunFailure failure, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var finished = await runs.UpdateAsync(
            run.RunId,
            r => r.State != RunState.Validating ? r : r with { State = state, FinishedAt = now, Failure = failure },
            cancellationToken);
        if (finished.State == state)
            await LogAsync(run, state, failure.Message, cancellationToken);
    }

    private async Task<RunRecord> FindOrCreateAsync(string blob, BlobProperties properties, CancellationToken cancellationToken)
    {
        var modelName = ModelNameOf(blob);
        var etag = properties.ETag.ToString("G").Trim('"');
        var runId = RunId.From(modelName, blob, etag);
        if (await runs.FindAsync(runId, cancellationToken) is { } known)
            return known;

        var record = new RunRecord
        {
            RunId = runId,
            ModelName = modelName,
            // The upload's time, not this process's: a version's place in time is then the same on every attempt.
            Version = RunId.VersionFor(runId, properties.LastModified),
            Dataset = new DatasetReference(blob, etag, properties.ContentLength),
            State = RunState.Validating,
            Options = new RunOptions(),
            CreatedAt = time.GetUtcNow(),
        };
        try
        {
            var options = await DatasetOptions.ReadAsync(_datasets, DatasetFile.Parse(blob), properties.Metadata, cancellationToken);
            record = record with { Options = options };
        }
        catch (DatasetRejectedException e)
        {
            // Rejected from its first moment: a run that stood in validating without its options could be taken up with the wrong ones.
            var findings = new FindingLog();
            findings.Add(e.Kind, e.Line, e.Message);
            await WriteRejectionAsync(record, findings, cancellationToken);
            record = record with { State = RunState.Rejected, FinishedAt = record.CreatedAt, Failure = Failure(blob, e) };
        }

        if (await runs.TryCreateAsync(record, cancellationToken))
        {
            logger.LogInformation("Run {RunId} begins with '{Blob}' of {Bytes} bytes", runId, blob, properties.ContentLength);
            await LogAsync(record, record.State, record.Failure?.Message ?? $"'{blob}' arrived, {properties.ContentLength} bytes.", cancellationToken);
            return record;
        }

        return await runs.FindAsync(runId, cancellationToken) ?? throw new InvalidOperationException($"The record of run '{runId}' was removed.");
    }

    // An attempt that died, and whose blob was then replaced, is never asked for again: no event of its upload will come.
    private async Task CancelReplacedAsync(RunRecord run, CancellationToken cancellationToken)
    {
        foreach (var older in await runs.ListForModelAsync(run.ModelName, cancellationToken))
        {
            if (older.State == RunState.Validating && older.Dataset.Blob == run.Dataset.Blob && older.CreatedAt < run.CreatedAt)
                await CancelAsync(older, cancellationToken);
        }
    }

    // A file that cannot be read by its name still gets a run, because that is where its owner will look.
    private static string ModelNameOf(string blob)
    {
        try
        {
            return DatasetFile.Parse(blob).ModelName;
        }
        catch (DatasetRejectedException)
        {
            return DatasetFile.SuggestName(Path.GetFileNameWithoutExtension(blob));
        }
    }

    private async Task<BlobProperties?> PropertiesAsync(string blob, CancellationToken cancellationToken)
    {
        try
        {
            return await _datasets.GetBlobClient(blob).GetPropertiesAsync(cancellationToken: cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    private async Task<bool> IsReplacedAsync(string blob, ETag etag, CancellationToken cancellationToken) =>
        (await PropertiesAsync(blob, cancellationToken))?.ETag != etag;

    private Task LogAsync(RunRecord run, RunState state, string message, CancellationToken cancellationToken) =>
        events.AppendAsync(run.RunId, new RunEvent { At = time.GetUtcNow(), Type = "state", State = state, Message = message }, cancellationToken);
}
