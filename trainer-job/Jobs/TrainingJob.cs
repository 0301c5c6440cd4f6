using Azure;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging;
using Pipeline.Core.Costs;
using Pipeline.Core.Messaging;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.Core.Sweeps;
using Pipeline.Trainer.Checkpoints;
using Pipeline.Trainer.Sweeps;

namespace Pipeline.Trainer.Jobs;

/// <summary>One message: claim the run, or a trial of it, do its work under a renewed lock, write down how it ended, settle the message.</summary>
/// <param name="storage">Runs and models.</param>
/// <param name="queue">Where the messages of a sweep's further rungs go.</param>
/// <param name="options">How the trainer works.</param>
/// <param name="time">The clock.</param>
/// <param name="loggers">The logs.</param>
/// <param name="rates">What the seconds cost; null: nobody has said.</param>
/// <param name="started">When the program began, where it works on one message only.</param>
internal sealed class TrainingJob(
    BlobServiceClient storage,
    ITrainingQueue queue,
    TrainerOptions options,
    TimeProvider time,
    ILoggerFactory loggers,
    RateOptions? rates = null,
    DateTimeOffset? started = null)
{
    private readonly UsageMeters _meters = new(time, rates ?? new RateOptions(), started);
    private readonly SpeedLog _speeds = new(storage, time, loggers.CreateLogger<SpeedLog>());
    private readonly RunStore _runs = new(storage);
    private readonly RunWork _work = new(storage, options, time, loggers);
    private readonly SweepJob _sweep = new(storage, queue, options, time, loggers.CreateLogger<SweepJob>());
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
            var attempt = new Attempt(delivery, storage, options, time, _logger, renewer.LockLost, stop);
            var (outcome, failure) = await HandleLockedAsync(delivery.Request, attempt, stop);
            if (failure is not null)
                await delivery.DeadLetterAsync(failure.Code, failure.Message, CancellationToken.None);
            else if (outcome == JobOutcome.Done)
                await delivery.CompleteAsync(CancellationToken.None);
            return outcome;
        }
        catch (MessageLockLostException e)
        {
            _logger.LogWarning(e, "Run '{RunId}': the message is another's now.", runId);
            return JobOutcome.Lost;
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException or IOException or OperationCanceledException or TrainingQueueException)
        {
            // Storage or queue could not be asked, or the stop came, before the run was claimed or while its end was written down.
            _logger.LogWarning(e, "Run '{RunId}': giving the message back.", runId);
            await delivery.AbandonAsync(CancellationToken.None);
            return stop.IsCancellationRequested ? JobOutcome.Stopped : JobOutcome.GivenBack;
        }
    }

    private async Task<(JobOutcome Outcome, RunFailure? Failure)> HandleLockedAsync(TrainingRequest request, Attempt attempt, CancellationToken stop)
    {
        var runId = request.RunId;
        if (await _runs.FindAsync(runId, stop) is not { } run)
        {
            _logger.LogWarning("There is no run '{RunId}'; its message is dropped.", runId);
            return (JobOutcome.Done, null);
        }

        if (run.Sweep is null && request.IsVoid(run.HeartbeatAt))
        {
            _logger.LogInformation("Run '{RunId}' has shown life since its message was sent again; another message carries it.", runId);
            return (JobOutcome.Done, null);
        }

        RungDecision? end = null;
        if (run.Options.Sweep is not null && !run.State.IsFinal())
        {
            (var outcome, end) = await _sweep.RunAsync(run, request, attempt, _meters, stop);
            if (end is null)
                return (outcome, null);
        }

        var ownership = new RunOwnership(_runs, new CheckpointStore(storage, BlobLayout.Checkpoints(runId)), runId, Guid.NewGuid().ToString("N"), _meters.Next(), time);
        if (!run.State.IsFinal())
            run = await ownership.ClaimAsync(stop);
        if (run.State.IsFinal())
        {
            _logger.LogInformation("Run '{RunId}' is {State} already.", runId, run.State);
            await DeleteCheckpointsAsync(run, stop);
            return (JobOutcome.Done, null);
        }

        var ended = await attempt.RunAsync(ownership, (reporter, ending) => WorkAsync(run, end, ownership, reporter, ending));
        // Nobody goes on from the checkpoints of a run that has succeeded, has failed or was cancelled.
        if (ended.Outcome is JobOutcome.Done or JobOutcome.Failed)
            await DeleteCheckpointsAsync(run, CancellationToken.None);
        // A cancelled run was logged by who cancelled it.
        if (ended.Outcome is JobOutcome.Done or JobOutcome.Failed && await _runs.FindAsync(runId, CancellationToken.None) is { State: RunState.Succeeded or RunState.Failed } over)
            _logger.LogEnded(over);
        return ended;
    }

    private async Task WorkAsync(RunRecord run, RungDecision? sweepEnd, RunOwnership ownership, RunReporter reporter, CancellationToken ending)
    {
        reporter.Event("state", $"Attempt {run.Attempt} begins.", RunState.Training);
        if (run.AttemptsWithoutProgress > options.MaxAttemptsWithoutProgress)
            throw Attempt.GivenUp(run.AttemptsWithoutProgress - 1, "The trainers were killed before they could say why.");
        if (run.Ingest is null)
            throw new InvalidOperationException("Ingest has not finished writing the run record.");
        var model = sweepEnd is null ? new ModelOfRun(run.Options, BlobLayout.Checkpoints(run.RunId)) : await ModelOfRun.OfWinnerAsync(storage, run, sweepEnd, ending);
        var result = await _work.RunAsync(run with { Options = model.Options }, new CheckpointStore(storage, model.Checkpoints), ownership, reporter, ending);
        await reporter.StopBeatingAsync();
        reporter.Event("state", "The run has succeeded.", RunState.Succeeded);
        RunRecord? succeeded = null;
        await reporter.FlushAsync(async (progress, cancel) => succeeded = await ownership.SucceedAsync(result, progress, cancel), CancellationToken.None);
        await _speeds.AddAsync(run.RunId, model.Options.BaseModel, succeeded?.Usage);
    }

    private async Task DeleteCheckpointsAsync(RunRecord run, CancellationToken cancellationToken)
    {
        var trials = run.Sweep?.Trials.Select(t => BlobLayout.TrialCheckpoints(run.RunId, t.Trial)) ?? [];
        foreach (var folder in trials.Append(BlobLayout.Checkpoints(run.RunId)))
            await new CheckpointStore(storage, folder).DeleteAllAsync(cancellationToken);
    }
}
