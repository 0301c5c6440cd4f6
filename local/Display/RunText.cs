using System.Globalization;
using Pipeline.Core.Runs;
using Pipeline.Core.Sweeps;

namespace Pipeline.Local.Display;

/// <summary>A run in words.</summary>
internal static class RunText
{
    /// <summary>What ingest accepted.</summary>
    public static string Ingested(IngestSummary ingest) => string.Create(CultureInfo.InvariantCulture,
        $"{string.Join(", ", ingest.Splits.Select(s => $"{s.Value.Rows:N0} {s.Key}"))} rows; labels {string.Join(", ", ingest.Labels)}; vocabulary of {ingest.VocabularySize:N0}");

    /// <summary>The one figure that a result is told by.</summary>
    public static string Headline(HeadlineMetrics test) =>
        test.R2 is { } r2 ? Invariant($"R² {r2:0.000}") : Invariant($"macro F1 {test.MacroF1:0.000}");

    /// <summary>The newest figures of training, on one line; those that are not known yet are left out.</summary>
    public static string Figures(TrainingProgress progress) => string.Join("  ", Parts(progress));

    /// <summary>How far a sweep has come, on one line.</summary>
    public static string Sweep(SweepProgress sweep)
    {
        var best = sweep.Trials.FirstOrDefault(t => t.Trial == sweep.BestTrial);
        var atWork = sweep.Trials.Count(t => t.State == TrialState.Training);
        return Invariant($"{sweep.TrialsDone} of {sweep.Trials.Count} trials done, {atWork} at work")
            + (best is null ? "" : $"; best so far: trial {best.Trial}, validation {Headline(best.Result!.Validation)}");
    }

    private static IEnumerable<string> Parts(TrainingProgress p)
    {
        yield return p.Stage;
        if (p.StepsPerSecond is { } rate)
            yield return Invariant($"{rate:0.0} steps/s");
        if (p.Loss is { } loss)
            yield return Invariant($"loss {loss:0.000}");
        if (p.ValidationMacroF1 is { } f1)
            yield return Invariant($"validation F1 {f1:0.000}");
        if (p.ValidationR2 is { } r2)
            yield return Invariant($"validation R² {r2:0.000}");
        if (p.SecondsLeft is { } left)
            yield return Invariant($"{TimeSpan.FromSeconds(Math.Max(0, left)):m\\:ss} left");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
