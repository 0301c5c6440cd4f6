using Azure.Storage.Blobs;
using Pipeline.Core.Datasets;
using Pipeline.Core.Messaging;
using Pipeline.Core.Runs;
using Pipeline.Core.Sweeps;
using Pipeline.Functions.Estimates;

namespace Pipeline.Functions.Ingestion;

/// <summary>The ways out of <see cref="RunState.Validating"/>. Each does nothing where another has been taken before.</summary>
internal sealed class RunEnd(
    BlobServiceClient storage, RunStore runs, RunEventLog events, ITrainingQueue queue, DatasetEstimates estimates, TimeProvider time, ILogger<RunEnd> logger)
{
    /// <summary>Writes report and summary of an accepted dataset, and sends the training request unless the run only validates.</summary>
    /// <returns>A sentence for the invocation's log.</returns>
    public async Task<string> AcceptAsync(RunRecord run, IngestedDataset dataset, CancellationToken cancellationToken)
    {
        var report = dataset.Report(run.RunId, run.Dataset.Blob) with { Estimate = await estimates.OfAsync(dataset, cancellationToken) };
        await new RunOutput(storage, run.RunId).WriteReportAsync(report, cancellationToken);
        // Before the messages: a trainer may have one before this process comes to its next line.
        var trials = run.Options is { Sweep: not null, Mode: RunMode.Train }
            ? await new SweepStore(storage, run.RunId).CreateAsync(SweepTrials.Of(run.Options), cancellationToken)
            : [];
        var sweep = trials.Count > 0 ? SweepProgress.Begin(run.Options.Sweep!, trials) : null;
        var ingested = await runs.UpdateAsync(
            run.RunId, r => r.State == RunState.Validating ? r with { Ingest = dataset.Summary, Sweep = sweep } : r, cancellationToken);
        if (ingested.State != RunState.Validating)
            return $"Run '{run.RunId}' became {ingested.State.Name()} meanwhile; nothing is sent.";
        if (run.Options.Mode == RunMode.Validate)
        {
            await FinishAsync(run, RunState.Validated, null, "The dataset can be trained on. Nothing was trained, as the options ask.", cancellationToken);
            return $"Run '{run.RunId}' is validated.";
        }

        var request = new TrainingRequest(run.RunId, run.ModelName);
        foreach (var message in sweep is null ? [request] : trials.Select(t => request with { Trial = t.Number, Rung = 0 }))
            await queue.SendAsync(message, cancellationToken);
        var now = time.GetUtcNow();
        await runs.UpdateAsync(
            run.RunId, r => r.State == RunState.Validating ? r with { State = RunState.Queued, QueuedAt = now } : r, cancellationToken);
        await LogAsync(run, RunState.Queued, sweep is null ? "The dataset is accepted and the training request is on the queue." : $"The dataset is accepted and the requests of {trials.Count} trials are on the queue.", cancellationToken);
        return $"Run '{run.RunId}' is queued.";
    }

    /// <summary>Writes the report of a dataset that cannot be trained on, and ends its run.</summary>
    /// <returns>A sentence for the invocation's log.</returns>
    public async Task<string> RejectAsync(RunRecord run, DatasetRejectedException reason, FindingLog findings, CancellationToken cancellationToken)
    {
        var rejected = await RejectedAsync(run, reason, findings, cancellationToken);
        await FinishAsync(run, RunState.Rejected, rejected.Failure, rejected.Failure!.Message, cancellationToken);
        return $"Run '{run.RunId}' is rejected: {reason.Kind.Id}. {reason.Message}";
    }

    /// <summary>Writes the report of a dataset that cannot be trained on.</summary>
    /// <returns>The record as it is to be; not written yet.</returns>
    public async Task<RunRecord> RejectedAsync(RunRecord run, DatasetRejectedException reason, FindingLog findings, CancellationToken cancellationToken)
    {
        findings.Add(reason);
        await new RunOutput(storage, run.RunId).WriteReportAsync(
            ValidationReport.Rejected(run.RunId, run.Dataset.Blob, findings.ToList(run.Options.IgnoreFindings)), cancellationToken);
        var place = reason.Line is { } line ? $"{run.Dataset.Blob}, line {line}" : run.Dataset.Blob;
        var failure = new RunFailure(reason.Kind.Id, $"{place}: {reason.Kind.Meaning} {reason.Message}", reason.Kind.Fix);
        return run with { State = RunState.Rejected, FinishedAt = time.GetUtcNow(), Failure = failure };
    }

    /// <summary>Ends a run whose dataset was replaced.</summary>
    /// <returns>A sentence for the invocation's log.</returns>
    public async Task<string> CancelAsync(RunRecord run, CancellationToken cancellationToken)
    {
        var failure = new RunFailure(
            "superseded", $"'{run.Dataset.Blob}' was replaced or removed while it was read.", "The new upload has a run of its own.");
        await FinishAsync(run, RunState.Cancelled, failure, failure.Message, cancellationToken);
        return $"Run '{run.RunId}' is cancelled: '{run.Dataset.Blob}' was replaced while it was read.";
    }

    /// <summary>Ends a run that cannot be brought to its end.</summary>
    public async Task FailAsync(RunRecord run, RunFailure failure, CancellationToken cancellationToken)
    {
        if (await FinishAsync(run, RunState.Failed, failure, failure.Message, cancellationToken))
            logger.LogFailed(run with { Failure = failure });
    }

    /// <summary>Writes a state into the run's event log.</summary>
    public Task LogAsync(RunRecord run, RunState state, string message, CancellationToken cancellationToken) =>
        events.AppendAsync(run.RunId, new RunEvent { At = time.GetUtcNow(), Type = "state", State = state, Message = message }, cancellationToken);

    // False where the run has ended in another way before.
    private async Task<bool> FinishAsync(RunRecord run, RunState state, RunFailure? failure, string message, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var finished = await runs.UpdateAsync(
            run.RunId,
            r => r.State != RunState.Validating ? r : r with { State = state, FinishedAt = now, Failure = failure },
            cancellationToken);
        if (finished.State != state)
            return false;
        await LogAsync(run, state, message, cancellationToken);
        logger.LogEnded(finished);
        return true;
    }
}
