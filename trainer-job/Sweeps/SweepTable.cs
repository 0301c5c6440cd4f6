using Pipeline.Core.Runs;
using Pipeline.Core.Sweeps;

namespace Pipeline.Trainer.Sweeps;

/// <summary>The table of trials in the run's record, as people see it. Each writer changes the rows that it has news of.</summary>
internal sealed class SweepTable(RunStore runs, RunRecord run, TimeProvider time)
{
    /// <summary>Writes the rows of some trials, and that the run is being worked on.</summary>
    public Task WriteAsync(TrialRecord trial, CancellationToken cancellationToken) => WriteAsync([trial], null, cancellationToken);

    /// <summary>Writes the rows of some trials, and that the run is being worked on.</summary>
    /// <param name="trials">The trials.</param>
    /// <param name="winner">The trial that is published, once it is known.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The run as it stands.</returns>
    public Task<RunRecord> WriteAsync(IReadOnlyCollection<TrialRecord> trials, int? winner, CancellationToken cancellationToken) => runs.UpdateAsync(
        run.RunId,
        r => r.State.IsFinal() ? r : r with
        {
            State = r.State is RunState.Validating or RunState.Queued ? RunState.Training : r.State,
            StartedAt = r.StartedAt ?? time.GetUtcNow(),
            HeartbeatAt = time.GetUtcNow(),
            Sweep = trials.Aggregate(r.Sweep, (sweep, trial) => sweep?.With(TrialSummary.Of(trial, run.Options.Sweep!))) is { } changed
                ? changed with { Winner = winner ?? changed.Winner }
                : null,
        },
        cancellationToken);
}
