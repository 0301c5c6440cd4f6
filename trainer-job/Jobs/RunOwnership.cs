using Pipeline.Core.Costs;
using Pipeline.Core.Runs;
using Pipeline.Trainer.Checkpoints;

namespace Pipeline.Trainer.Jobs;

/// <summary>A trainer's hold on a run.</summary>
internal sealed class RunOwnership(RunStore runs, CheckpointStore checkpoints, string runId, string owner, UsageMeter usage, TimeProvider time) : IHold
{
    private RunUsage? _before;

    /// <inheritdoc/>
    public string RunId => runId;

    /// <inheritdoc/>
    public int? Trial => null;

    /// <inheritdoc/>
    public string Name => $"Run '{runId}'";

    /// <inheritdoc/>
    public UsageMeter Usage => usage;

    /// <summary>Takes the run over, whoever held it before: the queue's lock says that it is ours now.</summary>
    public async Task<RunRecord> ClaimAsync(CancellationToken cancellationToken)
    {
        var steps = await checkpoints.StepsAsync(cancellationToken);
        var claimed = await runs.UpdateAsync(runId, run => run.State.IsFinal() ? run : Claimed(Reached(run, steps)), cancellationToken);
        _before = claimed.Usage;
        return claimed;
    }

    /// <summary>The record of a run that has got so far for good (see <see cref="RunRecord.Milestone"/>).</summary>
    public static RunRecord Reached(RunRecord run, int milestone) =>
        milestone > run.Milestone ? run with { Milestone = milestone, AttemptsWithoutProgress = 0 } : run;

    /// <summary>Changes the record, with a fresh heartbeat and what was used until now.</summary>
    /// <exception cref="RunTakenException">The run was cancelled or is another trainer's.</exception>
    public Task<RunRecord> UpdateAsync(Func<RunRecord, RunRecord> change, CancellationToken cancellationToken) =>
        runs.UpdateAsync(runId, run => change(Checked(run)) with { HeartbeatAt = time.GetUtcNow(), Usage = usage.After(_before) }, cancellationToken);

    /// <summary>Makes sure that the run is still ours, and writes a heartbeat.</summary>
    /// <exception cref="RunTakenException">It is not.</exception>
    public Task<RunRecord> EnsureAsync(CancellationToken cancellationToken) => UpdateAsync(run => run, cancellationToken);

    /// <inheritdoc/>
    public Task BeatAsync(TrainingProgress progress, CancellationToken cancellationToken) =>
        UpdateAsync(run => run with { Progress = progress }, cancellationToken);

    /// <inheritdoc/>
    public Task GiveBackAsync(TrainingProgress progress, bool inGoodOrder, CancellationToken cancellationToken) =>
        UpdateAsync(
            run => run with
            {
                Progress = progress,
                State = RunState.Queued,
                Owner = null,
                AttemptsWithoutProgress = Math.Max(0, run.AttemptsWithoutProgress - (inGoodOrder ? 1 : 0)),
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task FailAsync(RunFailure failure, TrainingProgress progress, CancellationToken cancellationToken) =>
        UpdateAsync(run => run with { Progress = progress, State = RunState.Failed, Failure = failure, FinishedAt = time.GetUtcNow() }, cancellationToken);

    /// <summary>Ends the run with its result.</summary>
    /// <returns>The record as it stands.</returns>
    /// <exception cref="RunTakenException">It is no longer ours; nothing was written.</exception>
    public Task<RunRecord> SucceedAsync(RunResult result, TrainingProgress progress, CancellationToken cancellationToken) =>
        UpdateAsync(run => run with { Progress = progress, State = RunState.Succeeded, Result = result, Promotion = null, FinishedAt = time.GetUtcNow(), Failure = null }, cancellationToken);

    /// <inheritdoc/>
    public Task CheckAsync(CancellationToken cancellationToken) => ReadAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<int> AttemptsWithoutProgressAsync(CancellationToken cancellationToken)
    {
        var run = await ReadAsync(cancellationToken);
        return await checkpoints.StepsAsync(cancellationToken) > run.Milestone ? 0 : run.AttemptsWithoutProgress;
    }

    private async Task<RunRecord> ReadAsync(CancellationToken cancellationToken) =>
        Checked(await runs.FindAsync(runId, cancellationToken) ?? throw new RunTakenException(cancelled: true, $"The record of run '{runId}' was removed."));

    private RunRecord Claimed(RunRecord run) => run with
    {
        State = RunState.Training,
        Owner = owner,
        Attempt = run.Attempt + 1,
        AttemptsWithoutProgress = run.AttemptsWithoutProgress + 1,
        StartedAt = run.StartedAt ?? time.GetUtcNow(),
        HeartbeatAt = time.GetUtcNow(),
    };

    private RunRecord Checked(RunRecord run)
    {
        if (run.State == RunState.Cancelled)
            throw new RunTakenException(cancelled: true, $"Run '{runId}' was cancelled.");
        if (run.Owner != owner || run.State.IsFinal())
            throw new RunTakenException(cancelled: false, $"Run '{runId}' is the trainer '{run.Owner}''s now, in state {run.State}.");
        return run;
    }
}
