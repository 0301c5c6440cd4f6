using System.Runtime.InteropServices;
using System.Text.Json;
using Azure.Storage.Blobs;
using Pipeline.Core.Metrics;
using Pipeline.Core.Models;
using Pipeline.Core.Runs;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Jobs;

namespace Pipeline.Trainer.Publishing;

/// <summary>Decides whether a version goes into production, and puts it there.</summary>
/// <param name="storage">Where the models are.</param>
/// <param name="data">Gives the run's data, should it be needed.</param>
/// <param name="threads">Threads of CPU operations; null: one for each processor.</param>
/// <param name="time">The clock.</param>
internal sealed class Promotion(BlobServiceClient storage, Func<CancellationToken, Task<TrainingData>> data, int? threads, TimeProvider time)
{
    private readonly ModelStore _published = new(storage);
    private readonly ProductionSwitch _switch = new(storage, time);
    private readonly RunStore _runs = new(storage);

    /// <summary>The decision about production as it stands; one that the run has taken about it before is kept.</summary>
    public async Task<PromotionDecision> DecideAsync(RunRecord run, ModelMetrics test, CancellationToken stop) =>
        await DecideAsync(run, test, (await _published.FindProductionAsync(run.ModelName, stop))?.Pointer, stop);

    /// <summary>Does what was decided. Where the pointer has moved since, it is decided anew.</summary>
    /// <param name="run">The run, with its decision if it has taken one.</param>
    /// <param name="test">The new version on the test split.</param>
    /// <param name="write">Writes a decision into the record; throws where the run is no longer ours.</param>
    /// <param name="stop">Stops it.</param>
    /// <returns>The decision, and whether the version is in production.</returns>
    public async Task<(PromotionDecision Decision, bool IsProduction)> CarryOutAsync(
        RunRecord run, ModelMetrics test, Func<PromotionDecision, CancellationToken, Task> write, CancellationToken stop)
    {
        while (true)
        {
            var production = await _published.FindProductionAsync(run.ModelName, stop);
            if (run.Promotion is { } taken && production?.Pointer.Version == run.Version)
                return (taken, true); // by an attempt that was killed after it
            var decision = await DecideAsync(run, test, production?.Pointer, stop);
            // Written again even if it is the same: the last look, before the pointer moves, whether the run is still ours.
            await write(decision, stop);
            run = run with { Promotion = decision };
            if (!decision.Promote || production?.Pointer.Version == run.Version)
                return (decision, decision.Promote);
            if (await _switch.TryMoveAsync(run.ModelName, run.Version, production, choice: null, stop) is not null)
                return (decision, true);
            // Another writer came between: look again at what it left.
        }
    }

    private async Task<PromotionDecision> DecideAsync(RunRecord run, ModelMetrics test, ProductionPointer? production, CancellationToken stop)
    {
        if (run.Promotion is { } earlier && earlier.IsAbout(production))
            return earlier;
        if (PromotionRule.WithoutComparison(run, production) is { } decision)
            return decision;
        try
        {
            return PromotionRule.Compare(run, production!, Headline.Of(test), await ScoreAsync(run, production!, stop));
        }
        catch (Exception e) when (e is InvalidDataException or FileNotFoundException or NotSupportedException or ArgumentException or JsonException or ExternalException or PermanentFailureException)
        {
            return PromotionRule.NotComparable(production!, e.Message.Split('\n')[0]);
        }
    }

    private async Task<ProductionScore> ScoreAsync(RunRecord run, ProductionPointer production, CancellationToken stop)
    {
        var version = await _published.FindManifestAsync(run.ModelName, production.Version, stop)
            ?? throw new InvalidDataException("it has no manifest.");
        using var folder = new WorkFolder();
        var files = Path.Combine(folder.Sub("production"), "files");
        await ModelDownload.ToFolderAsync(_published, version, file => !file.Path.Contains('/', StringComparison.Ordinal), files, stop);
        var rows = await data(stop);
        var score = await TorchThread.RunAsync(() => ProductionScore.Of(files, version, rows, threads, stop));
        return score with { Doubt = await DoubtAsync(run, version, stop) };
    }

    // A text's split follows from its hash, the seed and the shares. Where those differ, the old version may have been trained on rows that the new one is tested on.
    private async Task<string?> DoubtAsync(RunRecord run, ModelManifest version, CancellationToken stop)
    {
        if (await _runs.FindAsync(version.RunId, stop) is not { } old)
            return "How the version in production was split is no longer known; it may have been trained on some of these rows.";
        var same = (run.Options.Seed, run.Options.TestFraction) == (old.Options.Seed, old.Options.TestFraction)
            && run.Dataset.Files is null && old.Dataset.Files is null;
        return same ? null : "The version in production was split in another way, and may have been trained on some of these rows.";
    }
}
