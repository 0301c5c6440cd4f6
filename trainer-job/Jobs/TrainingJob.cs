using Azure;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging;
using Pipeline.Core.Messaging;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.Trainer.Checkpoints;

namespace Pipeline.Trainer.Jobs;

/// <summary>One message: claim the run, do its work under a renewed lock, write down how it ended, settle the message.</summary>
internal sealed class TrainingJob(BlobServiceClient storage, TrainerOptions options, TimeProvider time, ILoggerFactory loggers)
{
    private readonly RunStore _runs = new(storage);
    private readonly RunEventLog _events = new(storage);
    private readonly RunWork _work = new(storage, options, time, loggers);
    private readonly ILogger _logger = loggers.CreateLogger<TrainingJob>();

    /// <summary>Works on a delivery and settles it.</summary>
    /// <param name="delivery">A locked message.</param>
    /// <param name="stop">Ends the work within a step and gives the message back.</param>
    public async Task<JobOutcome> HandleAsync(ITrainingDelivery delivery, CancellationToken stop)
    {
        await using var renewer = LockRenewer.Start(delivery, time, loggers.CreateLogger<LockRenewer>());
        var runId = delivery.Request.RunId;
        try
        {
            var attempt = new Attempt(delivery, _events, options, time, _logger, renewer.LockLost, stop);
            return await HandleLockedAsync(delivery, attempt, stop);
        }
        catch (MessageLockLostException e)
        {
            _logger.LogWarning(e, "Run '{RunId}': the message is another's now.", runId);
            return JobOutcome.Lost;
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException or IOException or OperationCanceledException)
        {
            // Storage could not be asked, or the stop came, before the run was claimed or while its end was written down.
            _logger.LogWarning(e, "Run '{RunId}': giving the message back.", runId);
            await delivery.AbandonAsync(CancellationToken.None);
            return stop.IsCancellationRequested ? JobOutcome.Stopped : JobOutcome.GivenBack;
        }
    }

    private async Task<JobOutcome> HandleLockedAsync(ITrainingDelivery delivery, Attempt attempt, CancellationToken stop)
    {
        var runId = delivery.Request.RunId;
        if (await _runs.FindAsync(runId, stop) is not { } found)
        {
            _logger.LogWarning("There is no run '{RunId}'; its message is dropped.", runId);
            await delivery.CompleteAsync(CancellationToken.None);
            return JobOutcome.Done;
        }

        var ownership = new RunOwnership(_runs, runId, Guid.NewGuid().ToString("N"), time);
        var run = found.State.IsFinal() ? found : await ownership.ClaimAsync(stop);
        if (run.State.IsFinal())
        {
            _logger.LogInformation("Run '{RunId}' is {State} already.", runId, run.State);
            if (run.State == RunState.Succeeded)
                await Checkpoints(runId).DeleteAllAsync(stop);
            await delivery.CompleteAsync(CancellationToken.None);
            return JobOutcome.Done;
        }

        var (outcome, failure) = await attempt.RunAsync(ownership, (reporter, ending) => WorkAsync(run, ownership, reporter, ending));
        if (failure is not null)
            await delivery.DeadLetterAsync(failure.Code, failure.Message, CancellationToken.None);
        else if (outcome == JobOutcome.Done)
            await delivery.CompleteAsync(CancellationToken.None);
        return outcome;
    }

    private async Task WorkAsync(RunRecord run, RunOwnership ownership, RunReporter reporter, CancellationToken ending)
    {
        reporter.Event("state", $"Attempt {run.Attempt} begins.", RunState.Training);
        if (run.Ingest is null)
            throw new InvalidOperationException("Ingest has not finished writing the run record.");
        var result = await _work.RunAsync(run, Checkpoints(run.RunId), ownership, reporter, ending);
        await reporter.StopBeatingAsync();
        reporter.Event("state", "The run has succeeded.", RunState.Succeeded);
        await reporter.FlushAsync((progress, cancel) => ownership.SucceedAsync(result, progress, cancel), CancellationToken.None);
        await Checkpoints(run.RunId).DeleteAllAsync(CancellationToken.None);
    }

    private CheckpointStore Checkpoints(string runId) => new(storage, BlobLayout.Checkpoints(runId));
}
