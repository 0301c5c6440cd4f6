using Azure.Storage.Blobs;
using Microsoft.Extensions.Options;
using Pipeline.Core.Messaging;
using Pipeline.Core.Runs;
using Pipeline.Core.Sweeps;

namespace Pipeline.Functions.Recovery;

/// <summary>The part of <see cref="RunRecovery"/> that is about the trials of a sweep. A trainer that receives the message of a trial that has ended brings the sweep on.</summary>
internal sealed class SweepRecovery(BlobServiceClient storage, RunStore runs, RunEventLog events, ITrainingQueue queue, IOptions<RecoveryOptions> options, TimeProvider time)
{
    /// <summary>Sends the messages of silent trials again, each once for each time it went silent; those of all trials where the whole sweep is silent.</summary>
    /// <returns>A sentence on what was done; null where nothing was.</returns>
    public async Task<string?> CheckAsync(RunRecord run, CancellationToken cancellationToken)
    {
        var store = new SweepStore(storage, run.RunId);
        var trials = await store.ListAsync(run.Sweep!.Trials.Select(t => t.Trial), cancellationToken);
        var isSilent = IsSilent(run.HeartbeatAt, run.ResentAt);
        var silent = trials.Where(t => isSilent || (t.State == TrialState.Training && IsSilent(t.HeartbeatAt, t.ResentAt))).ToList();
        if (silent.Count == 0)
            return null;
        var now = time.GetUtcNow();
        foreach (var trial in silent)
        {
            await SendAsync(run, trial, now, cancellationToken);
            await store.UpdateAsync(trial.Number, t => t.HeartbeatAt == trial.HeartbeatAt ? t with { ResentAt = now } : t, cancellationToken);
        }

        if (isSilent)
            await runs.UpdateAsync(run.RunId, r => r.HeartbeatAt == run.HeartbeatAt ? r with { ResentAt = now } : r, cancellationToken);
        var numbers = string.Join(", ", silent.Select(t => t.Number));
        await events.AppendAsync(
            run.RunId, new RunEvent { At = now, Type = "warning", Message = $"The trainers give no sign of life; the messages of these trials are sent again: {numbers}." }, cancellationToken);
        return $"Run '{run.RunId}': no sign of life; the messages of trials {numbers} are sent again.";
    }

    /// <summary>Fails a trial whose message was given up, and sends one that lets the sweep go on without it.</summary>
    /// <returns>A sentence for the invocation's log.</returns>
    public async Task<string> GiveUpAsync(RunRecord run, DeadRequest dead, RunFailure failure, CancellationToken cancellationToken)
    {
        var (number, rung) = (dead.Request.Trial ?? 0, dead.Request.Rung ?? 0);
        var store = new SweepStore(storage, run.RunId);
        if (await store.FindAsync(number, cancellationToken) is not { } trial)
            return $"Run '{run.RunId}' has no trial {number}.";
        if (trial.State == TrialState.Training && !IsStale(trial.HeartbeatAt))
            return $"Trial {number} of run '{run.RunId}' has a trainer; the message that was given up is not the one it works on.";
        var failed = await store.UpdateAsync(
            number,
            t => t.HasEnded(rung) || t.HeartbeatAt != trial.HeartbeatAt ? t : t with { State = TrialState.Failed, Failure = failure, Owner = null },
            cancellationToken);
        // Whether it failed now or had ended before: the message may have been the one that was to bring the sweep on.
        await SendAsync(run, failed, time.GetUtcNow(), cancellationToken);
        return $"Trial {number} of run '{run.RunId}' is {failed.State}; its message was given up, and another lets the sweep go on.";
    }

    private Task SendAsync(RunRecord run, TrialRecord trial, DateTimeOffset now, CancellationToken cancellationToken) =>
        queue.SendAsync(new TrainingRequest(run.RunId, run.ModelName, trial.Number, trial.Rung) { ResentAt = now }, cancellationToken);

    private bool IsSilent(DateTimeOffset? beat, DateTimeOffset? resent) => IsStale(beat) && !(resent > beat);

    private bool IsStale(DateTimeOffset? beat) => beat is { } at && time.GetUtcNow() - at > options.Value.StaleAfter;
}
