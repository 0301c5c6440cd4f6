using Azure;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging;
using Pipeline.Core.Messaging;
using Pipeline.Core.Models;
using Pipeline.Core.Runs;
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
            return await HandleLockedAsync(delivery, runId, renewer.LockLost, stop);
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

    private async Task<JobOutcome> HandleLockedAsync(ITrainingDelivery delivery, string runId, CancellationToken lockLost, CancellationToken stop)
    {
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
                await new CheckpointStore(storage, runId).DeleteAllAsync(stop);
            await delivery.CompleteAsync(CancellationToken.None);
            return JobOutcome.Done;
        }

        await using var reporter = new RunReporter(ownership, _events, runId, options.HeartbeatInterval, time, _logger);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop, lockLost, reporter.Taken);
        try
        {
            reporter.Event("state", $"Attempt {run.Attempt} begins.", RunState.Training);
            if (run.Ingest is null)
                throw new InvalidOperationException("Ingest has not finished writing the run record.");
            var result = await _work.RunAsync(run, ownership, reporter, ending.Token);
            await reporter.StopBeatingAsync();
            reporter.Event("state", "The run has succeeded.", RunState.Succeeded);
            await reporter.FlushAsync(r => r with { State = RunState.Succeeded, Result = result, FinishedAt = time.GetUtcNow(), Failure = null }, CancellationToken.None);
            await new CheckpointStore(storage, runId).DeleteAllAsync(CancellationToken.None);
            await delivery.CompleteAsync(CancellationToken.None);
            return JobOutcome.Done;
        }
        catch (Exception e)
        {
            await reporter.StopBeatingAsync();
            return await EndAsync(delivery, reporter, e, lockLost, stop);
        }
    }

    private async Task<JobOutcome> EndAsync(
        ITrainingDelivery delivery, RunReporter reporter, Exception error, CancellationToken lockLost, CancellationToken stop)
    {
        var runId = delivery.Request.RunId;
        if ((error as RunTakenException ?? reporter.TakenBy) is { } taken)
        {
            if (!taken.Cancelled)
                return JobOutcome.Lost;
            await delivery.CompleteAsync(CancellationToken.None);
            return JobOutcome.Done;
        }

        if (lockLost.IsCancellationRequested || error is MessageLockLostException)
        {
            _logger.LogWarning("Run '{RunId}': the lock is lost, another trainer goes on.", runId);
            return JobOutcome.Lost;
        }

        try
        {
            if (stop.IsCancellationRequested)
            {
                _logger.LogInformation("Run '{RunId}': told to stop, giving the message back.", runId);
                return await GiveBackAsync(delivery, reporter, "The trainer was told to stop; another will go on from the last checkpoint.", JobOutcome.Stopped);
            }

            _logger.LogError(error, "Run '{RunId}' broke on delivery {Delivery}.", runId, delivery.DeliveryCount);
            if (Classify(error, delivery.DeliveryCount) is { } failure)
            {
                reporter.Event("state", failure.Message, RunState.Failed);
                await reporter.FlushAsync(r => r with { State = RunState.Failed, Failure = failure, FinishedAt = time.GetUtcNow() }, CancellationToken.None);
                await delivery.DeadLetterAsync(failure.Code, failure.Message, CancellationToken.None);
                return JobOutcome.Failed;
            }

            return await GiveBackAsync(delivery, reporter, $"The attempt broke and will be repeated: {error.Message}", JobOutcome.GivenBack);
        }
        catch (RunTakenException)
        {
            return JobOutcome.Lost;
        }
    }

    private async Task<JobOutcome> GiveBackAsync(ITrainingDelivery delivery, RunReporter reporter, string why, JobOutcome outcome)
    {
        reporter.Event("warning", why);
        reporter.Event("state", "Waiting for a trainer.", RunState.Queued);
        try
        {
            await reporter.FlushAsync(r => r with { State = RunState.Queued, Owner = null }, CancellationToken.None);
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException or IOException)
        {
            _logger.LogWarning(e, "Run '{RunId}': could not write down that it waits again; its next trainer will.", delivery.Request.RunId);
        }

        await delivery.AbandonAsync(CancellationToken.None);
        return outcome;
    }

    /// <summary>Why the run is over; null where another attempt may succeed.</summary>
    private RunFailure? Classify(Exception error, int delivery) => error switch
    {
        PermanentFailureException e => new RunFailure(e.Code, e.Message, e.Fix),
        ModelVersionConflictException e => new RunFailure("version-conflict", e.Message, "Upload the dataset again."),
        _ when delivery >= options.MaxDeliveryCount => new RunFailure(
            "retries-exhausted",
            $"Given up after {delivery} deliveries. The last error: {error.Message}",
            "Look into the trainer's log, then upload the dataset again."),
        _ => null,
    };
}
