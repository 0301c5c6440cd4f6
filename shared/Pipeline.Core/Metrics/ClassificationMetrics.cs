using Pipeline.Core.Runs;

namespace Pipeline.Core.Metrics;

/// <summary>Everything that is said about a classifier on a set of rows.</summary>
public sealed record ClassificationMetrics
{
    /// <summary>Number of examples.</summary>
    public required long Examples { get; init; }

    /// <summary>Share of examples labelled right, 0 to 1.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Mean over classes, each counted once. Classes that occur neither in the truth nor in the predictions are left out, as scikit-learn does.</summary>
    public required AveragedMetrics Macro { get; init; }

    /// <summary>Mean over classes, each counted by its support.</summary>
    public required AveragedMetrics Weighted { get; init; }

    /// <summary>Mean cross-entropy in nats; null for a classifier without probabilities.</summary>
    public double? LogLoss { get; init; }

    /// <summary>Each class, in the order of the label ids.</summary>
    public required IReadOnlyList<ClassMetrics> PerClass { get; init; }

    /// <summary>Counts: a row for each true class, a column for each predicted one.</summary>
    public required IReadOnlyList<IReadOnlyList<long>> ConfusionMatrix { get; init; }

    /// <summary>The two figures that are quoted.</summary>
    public HeadlineMetrics Headline() => new(Accuracy, Macro.F1);

    /// <summary>Computes all figures from counts.</summary>
    /// <param name="matrix">The counts; at least one example.</param>
    /// <param name="labels">Label names by id, as many as the matrix has classes.</param>
    /// <param name="logLoss">Mean cross-entropy in nats, where there is one.</param>
    /// <exception cref="ArgumentException">No examples, or another number of labels.</exception>
    public static ClassificationMetrics From(ConfusionMatrix matrix, IReadOnlyList<string> labels, double? logLoss = null)
    {
        if (labels.Count != matrix.Classes)
            throw new ArgumentException($"{labels.Count} labels for {matrix.Classes} classes.", nameof(labels));
        var total = matrix.Total;
        if (total == 0)
            throw new ArgumentException("There is no example to measure.", nameof(matrix));

        ClassMetrics[] classes = [.. labels.Select((label, id) => Measure(matrix, id, label))];
        var seen = Enumerable.Range(0, matrix.Classes)
            .Where(id => matrix.Support(id) + matrix.PredictedAs(id) > 0)
            .Select(id => classes[id])
            .ToArray();
        var right = Enumerable.Range(0, matrix.Classes).Sum(id => matrix[id, id]);
        return new ClassificationMetrics
        {
            Examples = total,
            Accuracy = (double)right / total,
            Macro = Average(seen, _ => 1),
            Weighted = Average(seen, c => c.Support),
            LogLoss = logLoss,
            PerClass = classes,
            ConfusionMatrix = matrix.ToRows(),
        };
    }

    private static ClassMetrics Measure(ConfusionMatrix matrix, int id, string label)
    {
        double hits = matrix[id, id], support = matrix.Support(id), predicted = matrix.PredictedAs(id);
        return new ClassMetrics(label, Ratio(hits, predicted), Ratio(hits, support), Ratio(2 * hits, support + predicted), (long)support);
    }

    private static AveragedMetrics Average(ClassMetrics[] classes, Func<ClassMetrics, double> weight)
    {
        var sum = classes.Sum(weight);
        return new AveragedMetrics(
            classes.Sum(c => weight(c) * c.Precision) / sum,
            classes.Sum(c => weight(c) * c.Recall) / sum,
            classes.Sum(c => weight(c) * c.F1) / sum);
    }

    private static double Ratio(double above, double below) => below == 0 ? 0 : above / below;
}
