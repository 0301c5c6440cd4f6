using System.Numerics.Tensors;

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
        double[] normalisers = [.. Enumerable.Range(0, predictions.Count).Select(example => Normaliser(predictions, example))];
        var areas = new (double? RocAuc, double? AveragePrecision)[predictions.Labels.Count];
        // A column at a time: all of them would take twice what the predictions themselves do.
        Parallel.For(0, areas.Length, k =>
        {
            var (probabilities, positive) = (new double[predictions.Count], new bool[predictions.Count]);
            for (var example = 0; example < positive.Length; example++)
            {
                double score = predictions.Scores(example)[k];
                probabilities[example] = predictions.IsMultiLabel ? score : score - normalisers[example];
                positive[example] = predictions.Actual(example).Contains(k);
            }

            areas[k] = Of(probabilities, positive);
        });
        return metrics with
        {
            PerClass = [.. metrics.PerClass.Select((c, k) => c with { RocAuc = areas[k].RocAuc, AveragePrecision = areas[k].AveragePrecision })],
            RocAuc = Mean(metrics.PerClass, [.. areas.Select(a => a.RocAuc)]),
            AveragePrecision = Mean(metrics.PerClass, [.. areas.Select(a => a.AveragePrecision)]),
        };
    }

    /// <summary>The two figures of a yes-or-no question.</summary>
    /// <param name="probabilities">Of yes, for each example, or what has the same order; put into order by this.</param>
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

    // The logarithm of the sum that a softmax divides by: what is left of a score is the logarithm of its probability, which puts
    // examples into the same order. So does a score whose sigmoid is taken.
    private static double Normaliser(Predictions predictions, int example)
    {
        var scores = predictions.Scores(example);
        double highest = TensorPrimitives.Max(scores), sum = 0;
        foreach (var score in scores)
            sum += Math.Exp(score - highest);
        return highest + Math.Log(sum);
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
