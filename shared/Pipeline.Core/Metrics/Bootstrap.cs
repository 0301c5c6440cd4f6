namespace Pipeline.Core.Metrics;

/// <summary>
/// Percentile bootstrap (Efron, 1979): examples are drawn again and again with replacement, and an interval holds the middle 95% of
/// what comes out. It says how much of a figure is due to the examples that happen to be in the split; not to the training's chance.
/// </summary>
public static class Bootstrap
{
    /// <summary>How often examples are drawn.</summary>
    public const int Resamples = 1_000;

    /// <summary>The share of resamples within an interval.</summary>
    public const double Level = 0.95;

    /// <summary>Intervals of two models on the same examples, and of their difference with both on the same draws (paired).</summary>
    /// <param name="model">What the model answered.</param>
    /// <param name="baseline">What the baseline answered, of the same examples in the same order.</param>
    /// <param name="seed">Of the draws.</param>
    /// <exception cref="ArgumentException">Not the same examples.</exception>
    public static ConfidenceIntervals Compare(Answers model, Answers baseline, int seed)
    {
        if (model.Count != baseline.Count)
            throw new ArgumentException($"{model.Count} answers against {baseline.Count}.", nameof(baseline));
        var (a, b) = (new Figures[Resamples], new Figures[Resamples]);
        Parallel.For(0, Resamples, resample =>
        {
            var draws = Draw(model.Count, seed, resample);
            (a[resample], b[resample]) = (Measure(model, draws), Measure(baseline, draws));
        });
        int[] all = [.. Enumerable.Range(0, model.Count)];
        var (wholeA, wholeB) = (Measure(model, all), Measure(baseline, all));
        return new ConfidenceIntervals(
            Level, Resamples, Of(wholeA, a), Of(wholeB, b),
            Of(wholeA - wholeB, [.. a.Zip(b, (x, y) => x - y)]));
    }

    /// <summary>A quantile, between neighbours by their distance (as numpy's default).</summary>
    /// <param name="sorted">Ascending; at least one.</param>
    /// <param name="share">0 to 1.</param>
    public static double Quantile(IReadOnlyList<double> sorted, double share)
    {
        var at = share * (sorted.Count - 1);
        var below = (int)at;
        return below + 1 == sorted.Count ? sorted[below] : sorted[below] + (at - below) * (sorted[below + 1] - sorted[below]);
    }

    private static ScoreIntervals Of(Figures whole, Figures[] resampled) => new(
        Of(whole.Accuracy, resampled.Select(f => f.Accuracy)), Of(whole.MacroF1, resampled.Select(f => f.MacroF1)));

    /// <summary>The middle of what the resamples gave, around the figure of all examples.</summary>
    internal static Interval Of(double value, IEnumerable<double> resampled)
    {
        double[] sorted = [.. resampled.Order()];
        return new Interval(value, Quantile(sorted, (1 - Level) / 2), Quantile(sorted, (1 + Level) / 2));
    }

    /// <summary>The examples of a resample, by SplitMix64 (Steele, Lea and Flood, 2014); the same on every machine.</summary>
    internal static int[] Draw(int count, int seed, int resample)
    {
        var state = ((ulong)(uint)seed << 32) | (uint)resample;
        var draws = new int[count];
        for (var i = 0; i < count; i++)
        {
            var z = state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            draws[i] = (int)Math.BigMul(z ^ (z >> 31), (ulong)count, out _);
        }

        return draws;
    }

    private static Figures Measure(Answers answers, int[] examples)
    {
        // Of each label: how often it was there, was given, and both.
        var (actual, given, both) = (new int[answers.Labels], new int[answers.Labels], new int[answers.Labels]);
        var right = 0;
        foreach (var example in examples)
        {
            var (truth, answer) = (answers.Actual[example], answers.Given[example]);
            var hits = 0;
            foreach (var label in truth)
                actual[label]++;
            foreach (var label in answer)
            {
                given[label]++;
                if (Array.IndexOf(truth, label) < 0)
                    continue;
                both[label]++;
                hits++;
            }

            if (hits == truth.Length && hits == answer.Length)
                right++;
        }

        double sum = 0;
        var occurring = 0;
        for (var label = 0; label < answers.Labels; label++)
        {
            if (actual[label] + given[label] == 0)
                continue; // as in the metrics of the whole split
            occurring++;
            sum += 2.0 * both[label] / (actual[label] + given[label]);
        }

        return new Figures((double)right / examples.Length, occurring == 0 ? 0 : sum / occurring);
    }

    private readonly record struct Figures(double Accuracy, double MacroF1)
    {
        public static Figures operator -(Figures a, Figures b) => new(a.Accuracy - b.Accuracy, a.MacroF1 - b.MacroF1);
    }
}
