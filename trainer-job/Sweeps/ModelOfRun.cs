using Azure.Storage.Blobs;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.Core.Sweeps;
using Pipeline.Trainer.Jobs;

namespace Pipeline.Trainer.Sweeps;

/// <summary>The model that a run publishes: its own, or that of the best trial.</summary>
/// <param name="Options">What it is trained with.</param>
/// <param name="Checkpoints">Folder of its checkpoints.</param>
internal sealed record ModelOfRun(RunOptions Options, string Checkpoints)
{
    /// <summary>The model of the trial that won a sweep. Its checkpoint stands at its end, so that nothing is left to train; were it lost, the same model would be trained again.</summary>
    /// <exception cref="PermanentFailureException">All trials failed.</exception>
    public static async Task<ModelOfRun> OfWinnerAsync(BlobServiceClient storage, RunRecord run, RungDecision end, CancellationToken cancellationToken)
    {
        var store = new SweepStore(storage, run.RunId);
        if (end.Survivors.Count > 0)
        {
            var winner = (await store.ListAsync(end.Survivors, cancellationToken))[0];
            return new ModelOfRun(winner.Options, BlobLayout.TrialCheckpoints(run.RunId, winner.Number));
        }

        var first = (await store.ListAsync(end.Ranking, cancellationToken))[0];
        throw new PermanentFailureException(
            "all-trials-failed",
            $"All {end.Ranking.Count} trials of the sweep failed. Trial {first.Number}: {first.Failure?.Message}",
            first.Failure?.Fix ?? "Look into the trainer's log, then upload the dataset again.");
    }
}
