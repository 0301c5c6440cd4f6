using System.Globalization;
using Pipeline.Core;
using Pipeline.Core.Runs;
using Pipeline.Core.Sweeps;

namespace Pipeline.Local.Display;

/// <summary>A run in words.</summary>
internal static class RunText
{
    /// <summary>What ingest accepted.</summary>
    public static string Ingested(IngestSummary ingest) => string.Create(CultureInfo.InvariantCulture,
        $"{string.Join(", ", ingest.Splits.Select(s => $"{s.Value.Rows:N0} {s.Key}"))} rows; {(ingest.ProblemType == ProblemType.Regression ? "a number for each text" : $"labels {string.Join(", ", ingest.Labels)}")}; vocabulary of {ingest.VocabularySize:N0}");

    /// <summary>The one figure that a result is told by.</summary>
    public static string Headline(HeadlineMetrics test) =>
        test.R2 is { } r2 ? Invariant($"R² {r2:0.000}") : Invariant($"macro F1 {test.MacroF1:0.000}");

    /// <summary>The newest figures of training, on one line; those that are not known yet are left out.</summary>
    public static string Figures(TrainingProgress progress) => Join(
        progress.Stage,
        progress.SamplesPerSecond is { } rate ? Invariant($"{rate:0} samples/s") : null,
        progress.Loss is { } loss ? Invariant($"loss {loss:0.000}") : null,
        progress.ValidationMacroF1 is { } f1 ? Invariant($"validation F1 {f1:0.000}") : null,
        progress.ValidationR2 is { } r2 ? Invariant($"validation R² {r2:0.000}") : null,
        progress.SecondsLeft is { } left ? $"{Clock(TimeSpan.FromSeconds(Math.Max(0, left)))} left" : null);

    /// <summary>How far a sweep has come, on one line.</summary>
    public static string Sweep(SweepProgress sweep)
    {
        var best = sweep.Trials.FirstOrDefault(t => t.Trial == sweep.BestTrial);
        var atWork = sweep.Trials.Count(t => t.State == TrialState.Training);
        return Invariant($"{sweep.TrialsDone} of {sweep.Trials.Count} trials done, {atWork} at work")
            + (best is null ? "" : $"; best so far: trial {best.Trial}, validation {Headline(best.Result!.Validation)}");
    }

    /// <summary>What training asks of the machine, likewise.</summary>
    public static string Load(TrainingProgress progress) => Join(
        progress.TokensPerSecond is { } tokens ? Invariant($"{tokens:N0} tokens/s") : null,
        progress.StepsPerSecond is { } steps ? Invariant($"{steps:0.0} steps/s") : null,
        progress.Mfu is { } share ? Invariant($"{share:P0} of the device's FLOP/s") : null,
        progress.MemoryBytes is { } memory ? Invariant($"{memory / 1e9:0.0} GB of memory") : null,
        progress.DeviceMemoryBytes is { } device ? Invariant($"{device / 1e9:0.0} GB on the device") : null);

    /// <summary>Minutes and seconds, and hours where there are any.</summary>
    public static string Clock(TimeSpan time) => time.TotalHours < 1
        ? time.ToString(@"m\:ss", CultureInfo.InvariantCulture)
        : Invariant($"{(long)time.TotalHours}:{time:mm\\:ss}");

    private static string Join(params IEnumerable<string?> parts) => string.Join("  ", parts.Where(part => part is not null));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
