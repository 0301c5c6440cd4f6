using Azure.Storage.Blobs;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;

namespace Pipeline.Core.Sweeps;

/// <summary>Reads and writes a sweep's trials and decisions. Writers never overwrite each other.</summary>
public sealed class SweepStore(BlobServiceClient storage, string runId)
{
    private readonly JsonRecords<TrialRecord> _trials = new(storage.GetBlobContainerClient(BlobLayout.Runs), CoreJson.Indented.TrialRecord);
    private readonly JsonRecords<RungDecision> _decisions = new(storage.GetBlobContainerClient(BlobLayout.Runs), CoreJson.Indented.RungDecision);

    /// <summary>Writes the trials that are not there yet.</summary>
    /// <returns>The trials as they stand.</returns>
    public async Task<IReadOnlyList<TrialRecord>> CreateAsync(IReadOnlyList<RunOptions> trials, CancellationToken cancellationToken = default)
    {
        foreach (var (index, options) in trials.Index())
        {
            var trial = new TrialRecord { RunId = runId, Number = index + 1, State = TrialState.Queued, Options = options };
            await _trials.TryCreateAsync(BlobLayout.Trial(runId, trial.Number), trial, cancellationToken);
        }

        return await ListAsync(Enumerable.Range(1, trials.Count), cancellationToken);
    }

    /// <summary>A trial, or null where there is none.</summary>
    public Task<TrialRecord?> FindAsync(int trial, CancellationToken cancellationToken = default) =>
        _trials.FindAsync(BlobLayout.Trial(runId, trial), cancellationToken);

    /// <summary>Some trials, in the order of their numbers.</summary>
    /// <exception cref="KeyNotFoundException">One of them is not there.</exception>
    public async Task<IReadOnlyList<TrialRecord>> ListAsync(IEnumerable<int> trials, CancellationToken cancellationToken = default) =>
        await Task.WhenAll(trials.Order().Select(async number =>
            await FindAsync(number, cancellationToken) ?? throw new KeyNotFoundException($"Run '{runId}' has no trial {number}.")));

    /// <summary>Applies a change to the newest record of a trial, as <see cref="RunStore.UpdateAsync"/> does.</summary>
    /// <exception cref="KeyNotFoundException">There is no such trial.</exception>
    public Task<TrialRecord> UpdateAsync(int trial, Func<TrialRecord, TrialRecord> change, CancellationToken cancellationToken = default) =>
        _trials.UpdateAsync(BlobLayout.Trial(runId, trial), change, $"Run '{runId}' has no trial {trial}.", cancellationToken);

    /// <summary>What was decided after a rung, or null.</summary>
    public Task<RungDecision?> FindDecisionAsync(int rung, CancellationToken cancellationToken = default) =>
        _decisions.FindAsync(BlobLayout.Rung(runId, rung), cancellationToken);

    /// <summary>Writes a decision unless there is one.</summary>
    /// <returns>The decision that stands.</returns>
    public async Task<RungDecision> DecideAsync(RungDecision decision, CancellationToken cancellationToken = default)
    {
        var name = BlobLayout.Rung(runId, decision.Rung);
        return await _decisions.TryCreateAsync(name, decision, cancellationToken)
            ? decision
            : (await _decisions.FindAsync(name, cancellationToken))!;
    }
}
