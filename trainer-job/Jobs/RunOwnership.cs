using Pipeline.Core.Runs;

namespace Pipeline.Trainer.Jobs;

/// <summary>A trainer's hold on a run: every write checks that no other trainer, and no person, has taken it away.</summary>
internal sealed class RunOwnership(RunStore runs, string runId, string owner, TimeProvider time)
{
    /// <summary>Takes the run over, whoever held it before: the queue's lock says that it is ours now.</summary>
    public Task<RunRecord> ClaimAsync(CancellationToken cancellationToken) =>
        runs.UpdateAsync(
            runId,
            run => run.State.IsFinal() ? run : run with
            {
                State = RunState.Training,
                Owner = owner,
                Attempt = run.Attempt + 1,
                StartedAt = run.StartedAt ?? time.GetUtcNow(),
                HeartbeatAt = time.GetUtcNow(),
            },
            cancellationToken);

    /// <summary>Changes the record, with a fresh heartbeat.</summary>
    /// <exception cref="RunTakenException">The run was cancelled or is another trainer's.</exception>
    public Task<RunRecord> UpdateAsync(Func<RunRecord, RunRecord> change, CancellationToken cancellationToken) =>
        runs.UpdateAsync(runId, run => change(Checked(run)) with { HeartbeatAt = time.GetUtcNow() }, cancellationToken);

    /// <summary>Makes sure that the run is still ours.</summary>
    /// <exception cref="RunTakenException">It is not.</exception>
    public Task<RunRecord> EnsureAsync(CancellationToken cancellationToken) => UpdateAsync(run => run, cancellationToken);

    private RunRecord Checked(RunRecord run)
    {
        if (run.State == RunState.Cancelled)
            throw new RunTakenException(cancelled: true, $"Run '{runId}' was cancelled.");
        if (run.Owner != owner || run.State.IsFinal())
            throw new RunTakenException(cancelled: false, $"Run '{runId}' is the trainer '{run.Owner}''s now, in state {run.State}.");
        return run;
    }
}
