using Pipeline.Core.Costs;
using Pipeline.Core.Runs;
using Pipeline.Core.Sweeps;
using Pipeline.Trainer.Checkpoints;
using Pipeline.Trainer.Jobs;

namespace Pipeline.Trainer.Sweeps;

/// <summary>A trainer's hold on a trial. It also ends where the run is over, and keeps the run's own heartbeat and table going.</summary>
internal sealed class TrialOwnership(RunStore runs, SweepTable table, SweepStore trials, CheckpointStore checkpoints, RunRecord run, int trial, string owner, UsageMeter usage, TimeProvider time) : IHold
{
    // Many trainers share the run's record; its heartbeat need only be fresh.
    private static readonly TimeSpan RunHeartbeat = TimeSpan.FromSeconds(30);

    private RunUsage? _before;

    /// <inheritdoc/>
    public string RunId => run.RunId;

    /// <inheritdoc/>
    public int? Trial => trial;

    /// <inheritdoc/>
    public string Name => $"Trial {trial} of run '{run.RunId}'";

    /// <inheritdoc/>
    public UsageMeter Usage => usage;

    /// <summary>Takes the trial over for a rung, whoever held it before: the queue's lock says that it is ours now.</summary>
    /// <returns>The trial; not taken over where it has ended the rung.</returns>
    public async Task<TrialRecord> ClaimAsync(int rung, CancellationToken cancellationToken)
    {
        var steps = await checkpoints.StepsAsync(cancellationToken);
        var claimed = await trials.UpdateAsync(
            trial,
            t => t.HasEnded(rung) ? t : t with
            {
                State = TrialState.Training,
                Owner = owner,
                Attempt = t.Attempt + 1,
                Milestone = Math.Max(t.Milestone, steps),
                AttemptsWithoutProgress = steps > t.Milestone ? 1 : t.AttemptsWithoutProgress + 1,
                StartedAt = t.StartedAt ?? time.GetUtcNow(),
                HeartbeatAt = time.GetUtcNow(),
            },
            cancellationToken);
        _before = claimed.Usage;
        await table.WriteAsync(claimed, cancellationToken);
        return claimed;
    }

    /// <inheritdoc/>
    public async Task BeatAsync(TrainingProgress progress, CancellationToken cancellationToken)
    {
        var now = await RequireRunAsync(cancellationToken);
        await UpdateAsync(t => t with { Progress = progress }, cancellationToken);
        if (time.GetUtcNow() - now.HeartbeatAt > RunHeartbeat)
            await runs.UpdateAsync(run.RunId, r => r.State.IsFinal() ? r : r with { HeartbeatAt = time.GetUtcNow() }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task CheckAsync(CancellationToken cancellationToken) => await ReadAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<int> AttemptsWithoutProgressAsync(CancellationToken cancellationToken)
    {
        var t = await ReadAsync(cancellationToken);
        return await checkpoints.StepsAsync(cancellationToken) > t.Milestone ? 0 : t.AttemptsWithoutProgress;
    }

    /// <inheritdoc/>
    public Task GiveBackAsync(TrainingProgress progress, bool inGoodOrder, CancellationToken cancellationToken) => EndAsync(
        t => t with
        {
            Progress = progress,
            State = TrialState.Queued,
            Owner = null,
            AttemptsWithoutProgress = Math.Max(0, t.AttemptsWithoutProgress - (inGoodOrder ? 1 : 0)),
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task FailAsync(RunFailure failure, TrainingProgress progress, CancellationToken cancellationToken) =>
        EndAsync(t => t with { Progress = progress, State = TrialState.Failed, Failure = failure, Owner = null }, cancellationToken);

    /// <summary>Writes down what the trial came to in its rung.</summary>
    /// <param name="result">Its figures.</param>
    /// <param name="isLast">Whether it was the last rung.</param>
    /// <param name="progress">The newest progress.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The trial as it stands.</returns>
    /// <exception cref="RunTakenException">The trial is no longer ours; nothing was written.</exception>
    public Task<TrialRecord> EndRungAsync(RungResult result, bool isLast, TrainingProgress progress, CancellationToken cancellationToken) => EndAsync(
        t => t with
        {
            Progress = progress,
            State = isLast ? TrialState.Finished : TrialState.Waiting,
            Results = [.. t.Results, result],
            Owner = null,
            AttemptsWithoutProgress = 0,
            Failure = null,
        },
        cancellationToken);

    private async Task<TrialRecord> EndAsync(Func<TrialRecord, TrialRecord> change, CancellationToken cancellationToken)
    {
        await RequireRunAsync(cancellationToken);
        var ended = await UpdateAsync(change, cancellationToken);
        await table.WriteAsync(ended, cancellationToken);
        return ended;
    }

    private Task<TrialRecord> UpdateAsync(Func<TrialRecord, TrialRecord> change, CancellationToken cancellationToken) =>
        trials.UpdateAsync(trial, t => change(Checked(t)) with { HeartbeatAt = time.GetUtcNow(), Usage = usage.After(_before) }, cancellationToken);

    private async Task<TrialRecord> ReadAsync(CancellationToken cancellationToken)
    {
        await RequireRunAsync(cancellationToken);
        return Checked(await trials.FindAsync(trial, cancellationToken) ?? throw new RunTakenException(cancelled: true, $"The record of {Name} was removed."));
    }

    private async Task<RunRecord> RequireRunAsync(CancellationToken cancellationToken)
    {
        var now = await runs.FindAsync(run.RunId, cancellationToken);
        return now is { State: var state } && !state.IsFinal()
            ? now
            : throw new RunTakenException(cancelled: true, $"Run '{run.RunId}' is over ({now?.State.Name() ?? "removed"}).");
    }

    private TrialRecord Checked(TrialRecord t) => t.Owner == owner && !t.State.IsFinal()
        ? t
        : throw new RunTakenException(cancelled: false, $"{Name} is the trainer '{t.Owner}''s now, in state {t.State}.");
}
