using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging;
using Pipeline.Core.Messaging;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.Core.Sweeps;
using Pipeline.Trainer.Checkpoints;
using Pipeline.Trainer.Jobs;

namespace Pipeline.Trainer.Sweeps;

/// <summary>One message of a sweep: train its trial to the end of its rung, then bring the sweep on as far as it goes.</summary>
internal sealed class SweepJob(BlobServiceClient storage, ITrainingQueue queue, TrainerOptions options, TimeProvider time, ILogger logger)
{
    private readonly RunStore _runs = new(storage);
    private readonly TrialWork _work = new(storage, options, time, logger);
    private readonly SweepDirector _director = new(storage, new RunStore(storage), new RunEventLog(storage), queue, time);

    /// <summary>Works on a message of a run that is not over.</summary>
    /// <param name="run">The run.</param>
    /// <param name="request">The message.</param>
    /// <param name="attempt">The delivery's attempt.</param>
    /// <param name="meters">Count what is used.</param>
    /// <param name="stop">Ends the work within a step.</param>
    /// <returns>
    /// The outcome, where <see cref="JobOutcome.Done"/> leaves it to the caller to settle the message; and the decision that ends
    /// the sweep, where this message is to bring it about.
    /// </returns>
    public async Task<(JobOutcome Outcome, RungDecision? End)> RunAsync(RunRecord run, TrainingRequest request, Attempt attempt, UsageMeters meters, CancellationToken stop)
    {
        var store = new SweepStore(storage, run.RunId);
        if (request.Trial is not { } number || await store.FindAsync(number, stop) is not { } trial)
        {
            logger.LogWarning("Run '{RunId}' is a sweep and has no trial '{Trial}'; its message is dropped.", run.RunId, request.Trial);
            return (JobOutcome.Done, null);
        }

        var rung = request.Rung ?? 0;
        if (!trial.HasEnded(rung) && request.IsVoid(trial.HeartbeatAt))
        {
            logger.LogInformation("Trial {Trial} of run '{RunId}' has shown life since its message was sent again; another message carries it.", number, run.RunId);
            return (JobOutcome.Done, null);
        }

        var checkpoints = new CheckpointStore(storage, BlobLayout.TrialCheckpoints(run.RunId, number));
        var hold = new TrialOwnership(_runs, new SweepTable(_runs, run, time), store, checkpoints, run, number, Guid.NewGuid().ToString("N"), meters.Next(), time);
        if (!trial.HasEnded(rung))
            trial = await hold.ClaimAsync(rung, stop);
        if (!trial.HasEnded(rung))
        {
            // A trial that failed for good leaves its message to this one's end: the others go on without it.
            var (outcome, _) = await attempt.RunAsync(hold, (reporter, ending) => _work.RunAsync(run, trial, rung, hold, reporter, ending));
            if (outcome is not (JobOutcome.Done or JobOutcome.Failed))
                return (outcome, null);
        }

        if (await _runs.FindAsync(run.RunId, stop) is not { } now || now.State.IsFinal())
        {
            await checkpoints.DeleteAllAsync(stop);
            return (JobOutcome.Done, null);
        }

        return (JobOutcome.Done, await _director.AdvanceAsync(now, number, stop));
    }
}
