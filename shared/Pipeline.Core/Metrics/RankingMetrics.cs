namespace Pipeline.Core.Metrics;

/// <summary>
/// How well probabilities put examples into order, whatever the threshold: the area under the ROC curve and average precision,
/// of each class against the rest, as scikit-learn's <c>roc_auc_score</c> (<c>multi_class="ovr"</c>) and
/// <c>average_precision_score</c> compute them.
/// </summary>
public static class RankingMetrics
{
    /// <summary>Adds the figures of each class, and their means, to metrics of the same examples.</summary>
    public static ClassificationMetrics AddTo(ClassificationMetrics metrics, Predictions predictions)
    {
        var columns = Columns(predictions);
        var areas = new (double? RocAuc, double? AveragePrecision)[columns.Length];
        Parallel.For(0, columns.Length, k =>
        {
            var positive = new bool[predictions.Count];
            for (var example = 0; example < positive.Length; example++)
                positive[example] = predictions.Actual(example).Contains(k);
            areas[k] = Of(columns[k], positive);
        });
        return metrics with
        {
            PerClass = [.. metrics.PerClass.Select((c, k) => c with { RocAuc = areas[k].RocAuc, AveragePrecision = areas[k].AveragePrecision })],
            RocAuc = Mean(metrics.PerClass, [.. areas.Select(a => a.RocAuc)]),
            AveragePrecision = Mean(metrics.PerClass, [.. areas.Select(a => a.AveragePrecision)]),
        };
    }

    /// <summary>The two figures of a yes-or-no question.</summary>
    /// <param name="probabilities">Of yes, for each example; put into order by this.</param>
    /// <param name="positive">Whether the answer is yes; put into the same order.</param>
    /// <returns>
    /// ROC-AUC: the share of pairs of a yes and a no of which the yes is more probable, equals counting one half; null where one of
    /// the two does not occur. Average precision: Σ (Rₙ − Rₙ₋₁) Pₙ over the distinct probabilities; null without a yes.
    /// </returns>
    public static (double? RocAuc, double? AveragePrecision) Of(double[] probabilities, bool[] positive)
    {
        long yes = positive.LongCount(p => p), no = positive.Length - yes;
        if (yes == 0)
            return (null, null);
        Array.Sort(probabilities, positive);
        long truePositives = 0, falsePositives = 0;
        double area = 0, precision = 0;
        for (var at = positive.Length - 1; at >= 0;)
        {
            var (value, hits, misses) = (probabilities[at], 0L, 0L);
            for (; at >= 0 && probabilities[at].Equals(value); at--)
            {
                if (positive[at])
                    hits++;
                else
                    misses++;
            }

            area += misses * (truePositives + hits / 2.0);
            truePositives += hits;
            falsePositives += misses;
            precision += (double)hits / yes * truePositives / (truePositives + falsePositives);
        }

        return (no == 0 ? null : area / ((double)yes * no), precision);
    }

    // The probabilities of each label, over all examples.
    private static double[][] Columns(Predictions predictions)
    {
        var columns = predictions.Labels.Select(_ => new double[predictions.Count]).ToArray();
        var row = new double[columns.Length];
        for (var example = 0; example < predictions.Count; example++)
        {
            predictions.Probabilities(example, row);
            for (var k = 0; k < row.Length; k++)
                columns[k][example] = row[k];
        }

        return columns;
    }

    private static AreaMetrics? Mean(IReadOnlyList<ClassMetrics> classes, double?[] areas)
    {
        var defined = classes.Zip(areas, (c, area) => (c.Support, Area: area)).Where(a => a.Area is not null).ToList();
        return defined.Count == 0
            ? null
            : new AreaMetrics(defined.Average(a => a.Area!.Value), defined.Sum(a => a.Support * a.Area!.Value) / defined.Sum(a => a.Support));
    }
}

/// <summary>A mean of areas over the classes that have one.</summary>
/// <param name="Macro">Each class counted once.</param>
/// <param name="Weighted">Each by its support.</param>
public sealed record AreaMetrics(double Macro, double Weighted);
