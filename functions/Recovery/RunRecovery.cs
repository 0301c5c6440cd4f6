using Microsoft.Extensions.Options;
using Pipeline.Core.Messaging;
using Pipeline.Core.Runs;

namespace Pipeline.Functions.Recovery;

/// <summary>
/// Looks after runs that nobody works on any more. A trainer that is killed leaves its message to the next one; this is for what that does
/// not mend: a message that the broker gave up or lost, and a dataset whose reading never ended.
/// </summary>
internal sealed class RunRecovery(RunStore runs, RunEventLog events, ITrainingQueue queue, SweepRecovery sweeps, IOptions<RecoveryOptions> options, TimeProvider time, ILogger<RunRecovery> logger)
{
    /// <summary>
    /// Looks at all runs. One whose trainer gives no sign of life has its message sent again, once for each time it went silent, and is failed
    /// where that brings no trainer in time.
    /// </summary>
    /// <returns>A sentence for each run that something was done about.</returns>
    public async Task<IReadOnlyList<string>> CheckAsync(CancellationToken cancellationToken)
    {
        var done = new List<string>();
        foreach (var run in await runs.ListAsync(cancellationToken))
        {
            if (await CheckAsync(run, cancellationToken) is not { } outcome)
                continue;
            logger.LogWarning(run.State == RunState.Validating ? default : RunLogEvents.TrainerSilent, "{Outcome}", outcome);
            done.Add(outcome);
        }

        return done;
    }

    /// <summary>Writes into a run's record that its message was given up. A run that has ended, or that another message keeps alive, stays as it is.</summary>
    /// <returns>A sentence for the invocation's log.</returns>
    public async Task<string> GiveUpAsync(DeadRequest dead, CancellationToken cancellationToken)
    {
        var runId = dead.Request.RunId;
        if (await runs.FindAsync(runId, cancellationToken) is not { } run)
            return $"There is no run '{runId}'.";
        if (run.State.IsFinal())
            return $"Run '{runId}' is {run.State.Name()} already.";
        var failure = new RunFailure(
            "message-given-up",
            $"The queue gave up the training request ({dead.Reason ?? "the host does not say why"}). {dead.Description}".TrimEnd(),
            "The logs of the trainer's container say more. When the cause is mended, upload the dataset again.");
        if (run.Sweep is not null)
            return await sweeps.GiveUpAsync(run, dead, failure, cancellationToken);
        return run.HeartbeatAt is { } beat && run.State != RunState.Queued && IsFresh(beat)
            ? $"Run '{runId}' has a trainer; the message that was given up is not the one it works on."
            : await FailAsync(run, failure, cancellationToken);
    }

    private async Task<string?> CheckAsync(RunRecord run, CancellationToken cancellationToken) => run.State switch
    {
        RunState.Validating when Age(run.CreatedAt) > options.Value.ValidatingAtMost => await FailAsync(
            run,
            new RunFailure(
                "ingest-gone", $"'{run.Dataset.Blob}' has been read since {run.CreatedAt:u} and nobody works on it any more.",
                "The functions' log has the error. Upload the dataset again when its cause is mended."),
            cancellationToken),
        RunState.Training or RunState.Evaluating when run.HeartbeatAt is { } beat && run.ResentAt is { } sent && sent > beat =>
            Age(sent) > options.Value.GiveUpAfter ? await GiveUpAsync(run, beat, sent, cancellationToken) : null,
        RunState.Training or RunState.Evaluating when run.Sweep is not null => await sweeps.CheckAsync(run, cancellationToken),
        RunState.Training or RunState.Evaluating when run.HeartbeatAt is { } beat && !IsFresh(beat) => await ResendAsync(run, beat, cancellationToken),
        _ => null,
    };

    private Task<string> GiveUpAsync(RunRecord run, DateTimeOffset beat, DateTimeOffset sent, CancellationToken cancellationToken) => FailAsync(
        run,
        new RunFailure(
            "no-trainer",
            $"The trainer gave its last sign of life at {beat:u}. The message was sent again at {sent:u}, and no trainer has taken it since.",
            "See whether the trainer's job starts (its execution history, and the quota of the GPU), then upload the dataset again."),
        cancellationToken);

    private async Task<string?> ResendAsync(RunRecord run, DateTimeOffset beat, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        // Before the record: a message too many does no harm, one too few leaves the run alone.
        await queue.SendAsync(new TrainingRequest(run.RunId, run.ModelName) { ResentAt = now }, cancellationToken);
        await runs.UpdateAsync(run.RunId, r => r.HeartbeatAt == beat ? r with { ResentAt = now } : r, cancellationToken);
        await LogAsync(run.RunId, $"The trainer has given no sign of life since {beat:u}; the run's message is sent again.", cancellationToken);
        return $"Run '{run.RunId}': no sign of life since {beat:u}; its message is sent again.";
    }

    private async Task<string> FailAsync(RunRecord run, RunFailure failure, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        // Not over a trainer that came back to life meanwhile.
        var failed = await runs.UpdateAsync(
            run.RunId,
            r => r.State.IsFinal() || r.HeartbeatAt != run.HeartbeatAt ? r : r with { State = RunState.Failed, Failure = failure, FinishedAt = now, Owner = null },
            cancellationToken);
        if (failed.FinishedAt != now)
            return $"Run '{run.RunId}' went on meanwhile.";
        await events.AppendAsync(
            run.RunId, new RunEvent { At = now, Type = "state", State = RunState.Failed, Message = failure.Message }, cancellationToken);
        logger.LogFailed(failed);
        logger.LogEnded(failed);
        return $"Run '{run.RunId}' is failed: {failure.Code}.";
    }

    private Task LogAsync(string runId, string message, CancellationToken cancellationToken) =>
        events.AppendAsync(runId, new RunEvent { At = time.GetUtcNow(), Type = "warning", Message = message }, cancellationToken);

    private bool IsFresh(DateTimeOffset beat) => Age(beat) <= options.Value.StaleAfter;

    private TimeSpan Age(DateTimeOffset at) => time.GetUtcNow() - at;
}
