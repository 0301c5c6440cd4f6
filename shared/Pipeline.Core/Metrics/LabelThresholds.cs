namespace Pipeline.Core.Metrics;

/// <summary>Finds, for each of several labels, the threshold with the highest F1 on the validation split.</summary>
public static class LabelThresholds
{
    /// <summary>Where a label counts as given unless something better is known.</summary>
    public const double Default = 0.5;

    /// <summary>A label that fewer validation texts have keeps <see cref="Default"/>: a threshold that fits a few texts fits no others.</summary>
    public const int FewestTexts = 10;

    /// <summary>The threshold of each label.</summary>
    /// <param name="validation">Predictions with several labels an example, calibrated.</param>
    public static IReadOnlyList<LabelThreshold> Tune(Predictions validation)
    {
        var columns = validation.Labels.Select(_ => new List<(double Probability, bool Has)>(validation.Count)).ToArray();
        var row = new double[columns.Length];
        for (var example = 0; example < validation.Count; example++)
        {
            validation.Probabilities(example, row);
            for (var label = 0; label < row.Length; label++)
                columns[label].Add((row[label], validation.Actual(example).Contains(label)));
        }

        return [.. validation.Labels.Select((name, label) => Tune(name, columns[label]))];
    }

    private static LabelThreshold Tune(string label, List<(double Probability, bool Has)> examples)
    {
        var support = examples.Count(e => e.Has);
        var plain = F1(examples.Count(e => e.Has && e.Probability > Default), examples.Count(e => e.Probability > Default), support);
        if (support < FewestTexts)
            return new LabelThreshold(label, Default, plain, plain, $"Only {support} validation texts have it; it takes {FewestTexts}.");
        examples.Sort((a, b) => b.Probability.CompareTo(a.Probability));
        var (best, threshold) = (plain, Default);
        var hits = 0;
        for (var at = 0; at < examples.Count; at++)
        {
            hits += examples[at].Has ? 1 : 0;
            var next = at + 1 < examples.Count ? examples[at + 1].Probability : 0;
            // Between equals nothing can be cut.
            if (next.Equals(examples[at].Probability))
                continue;
            var (f1, middle) = (F1(hits, at + 1, support), (examples[at].Probability + next) / 2);
            if (f1 > best || (f1.Equals(best) && best > plain && Math.Abs(middle - Default) < Math.Abs(threshold - Default)))
                (best, threshold) = (f1, middle);
        }

        return new LabelThreshold(label, threshold, plain, best, threshold.Equals(Default) ? "No other threshold has a higher F1." : null);
    }

    private static double F1(int hits, int given, int support) => given + support == 0 ? 0 : 2.0 * hits / (given + support);
}

/// <summary>The threshold of a label.</summary>
/// <param name="Label">The label.</param>
/// <param name="Threshold">The least probability at which it is given, 0 to 1.</param>
/// <param name="F1AtHalf">Its F1 on the validation split with a threshold of one half.</param>
/// <param name="F1">Its F1 there with this one.</param>
/// <param name="Reason">Why the threshold is one half; null where it is not.</param>
public sealed record LabelThreshold(string Label, double Threshold, double F1AtHalf, double F1, string? Reason = null);
