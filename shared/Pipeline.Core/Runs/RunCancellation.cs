using Azure.Storage.Blobs;
using Pipeline.Core.Storage;

namespace Pipeline.Core.Runs;

/// <summary>Ends a run on a person's word. A trainer at work on it sees that in the record and ends within a step.</summary>
public sealed class RunCancellation(BlobServiceClient storage, TimeProvider time)
{
    /// <summary>The code of <see cref="RunFailure"/>.</summary>
    public const string Code = "cancelled";

    private readonly RunStore _runs = new(storage);
    private readonly RunEventLog _events = new(storage);

    /// <summary>Cancels a run, unless it has ended or is publishing its version; a second time does nothing.</summary>
    /// <param name="runId">The run; it must exist.</param>
    /// <param name="by">Who asks; null where that is not known.</param>
    /// <param name="reason">Why; null where it is not said.</param>
    /// <param name="cancellationToken">Stops between two writes; asking again finishes the rest.</param>
    /// <returns>The record as it stands afterwards: cancelled, or as it was where the run has ended or is publishing its version.</returns>
    /// <exception cref="KeyNotFoundException">There is no such run.</exception>
    public async Task<RunRecord> CancelAsync(string runId, string? by, string? reason, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        var message = $"Cancelled{(by is null ? "" : $" by {by}")}{(reason is null ? "." : $": {reason}")}";
        var run = await _runs.UpdateAsync(
            runId,
            r => r.State.IsFinal() || r.Promotion is not null ? r : r with
            {
                State = RunState.Cancelled,
                FinishedAt = now,
                Cancelled = new CancelRequest(now, by, reason),
                Failure = new RunFailure(Code, message, "Drop the dataset again to train on it."),
            },
            cancellationToken);
        if (run.State != RunState.Cancelled)
            return run;
        if (run.Cancelled?.At == now)
            await _events.AppendAsync(runId, new RunEvent { At = now, Type = "state", State = RunState.Cancelled, Message = message }, cancellationToken);
        // A trainer that is still at work deletes once more, after its last write.
        var trials = run.Sweep?.Trials.Select(t => BlobLayout.TrialCheckpoints(runId, t.Trial)) ?? [];
        foreach (var folder in trials.Append(BlobLayout.Checkpoints(runId)))
            await BlobFolder.DeleteAsync(storage.GetBlobContainerClient(BlobLayout.Runs), folder, cancellationToken);
        return run;
    }
}
