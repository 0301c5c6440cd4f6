using Azure.Storage.Blobs;
using Pipeline.Core.Messaging;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.Core.Sweeps;
using Pipeline.Trainer.Checkpoints;

namespace Pipeline.Trainer.Sweeps;

/// <summary>
/// Brings a sweep on when one of its trials has ended a rung. Whoever finds a rung complete decides it, once; the decision names
/// the trial whose message brings it about, so that after a kill the same message does. All of it may be done twice.
/// </summary>
internal sealed class SweepDirector(BlobServiceClient storage, RunStore runs, RunEventLog events, ITrainingQueue queue, TimeProvider time)
{
    /// <summary>Decides what can be decided, and acts on what this trial's message decided.</summary>
    /// <param name="run">The run.</param>
    /// <param name="trial">The trial whose message is held.</param>
    /// <param name="cancellationToken">Stops it between two writes.</param>
    /// <returns>The decision that ends the sweep, where this trial's message is to bring it about; else null.</returns>
    public async Task<RungDecision?> AdvanceAsync(RunRecord run, int trial, CancellationToken cancellationToken)
    {
        var store = new SweepStore(storage, run.RunId);
        var halving = Halving.Of(run.Options.Sweep!, run.Sweep!.Trials.Count);
        var members = run.Sweep.Trials.Select(t => t.Trial);
        for (var rung = 0; ; rung++)
        {
            if (await store.FindDecisionAsync(rung, cancellationToken) is not { } decision)
            {
                var trials = await store.ListAsync(members, cancellationToken);
                if (!trials.All(t => t.HasEnded(rung)))
                    return null;
                decision = await store.DecideAsync(RungDecision.Of(rung, halving, trials, trial), cancellationToken);
            }

            var isOurs = decision.DecidedBy == trial;
            if (rung == halving.Rungs - 1 || decision.Survivors.Count == 0)
            {
                if (!isOurs)
                    return null;
                var all = await store.ListAsync(run.Sweep.Trials.Select(t => t.Trial), cancellationToken);
                await new SweepTable(runs, run, time).WriteAsync(all, decision.Survivors.Cast<int?>().FirstOrDefault(), cancellationToken);
                return decision;
            }

            if (isOurs)
                await ActAsync(run, store, halving, decision, cancellationToken);
            members = decision.Survivors;
        }
    }

    private async Task ActAsync(RunRecord run, SweepStore store, Halving halving, RungDecision decision, CancellationToken cancellationToken)
    {
        var next = decision.Rung + 1;
        var before = await store.ListAsync(decision.Ranking, cancellationToken);
        foreach (var trial in before.Where(t => decision.Survivors.Contains(t.Number)))
        {
            var promoted = await store.UpdateAsync(trial.Number, t => t.Rung >= next ? t : Promoted(t, next, halving), cancellationToken);
            if (promoted.HasEnded(next) || promoted.SentRung >= next)
                continue;
            await queue.SendAsync(new TrainingRequest(run.RunId, run.ModelName, trial.Number, next), cancellationToken);
            await store.UpdateAsync(trial.Number, t => t with { SentRung = Math.Max(t.SentRung, next) }, cancellationToken);
        }

        foreach (var trial in before.Where(t => !decision.Survivors.Contains(t.Number)))
        {
            await store.UpdateAsync(trial.Number, t => t.State.IsFinal() ? t : t with { State = TrialState.Stopped }, cancellationToken);
            await new CheckpointStore(storage, BlobLayout.TrialCheckpoints(run.RunId, trial.Number)).DeleteAllAsync(cancellationToken);
        }

        await new SweepTable(runs, run, time).WriteAsync(await store.ListAsync(decision.Ranking, cancellationToken), null, cancellationToken);
        if (before.All(t => t.Rung >= next || t.State.IsFinal()))
            return; // done before, and told
        var goOn = string.Join(", ", decision.Survivors);
        await events.AppendAsync(
            run.RunId,
            new RunEvent { At = time.GetUtcNow(), Type = "sweep", Message = $"Rung {next} of {halving.Rungs} is decided: of {before.Count} trials {goOn} go{(decision.Survivors.Count == 1 ? "es" : "")} on." },
            cancellationToken);
    }

    // Where the next rung asks for no more epochs, its result is known and no trainer is needed.
    private static TrialRecord Promoted(TrialRecord trial, int rung, Halving halving)
    {
        var result = trial.Results[^1];
        var isKnown = halving.Epochs(rung, result.TotalEpochs) <= result.Epochs;
        var isLast = rung == halving.Rungs - 1;
        return trial with
        {
            Rung = rung,
            State = !isKnown ? TrialState.Queued : isLast ? TrialState.Finished : TrialState.Waiting,
            Results = isKnown ? [.. trial.Results, result] : trial.Results,
        };
    }
}
