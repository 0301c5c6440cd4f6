using Pipeline.Core.Runs;

namespace Pipeline.Core.Metrics;

/// <summary>Everything that is said about a classifier on a set of rows.</summary>
public sealed record ClassificationMetrics : ModelMetrics
{
    /// <summary>Share of examples labelled right, 0 to 1; with several labels an example, the share of which exactly the right ones were predicted (subset accuracy).</summary>
    public required double Accuracy { get; init; }

    /// <summary>Mean over classes, each counted once. Classes that occur neither in the truth nor in the predictions are left out, as scikit-learn does for single labels.</summary>
    public required AveragedMetrics Macro { get; init; }

    /// <summary>Mean over classes, each counted by its support.</summary>
    public required AveragedMetrics Weighted { get; init; }

    /// <summary>From the counts of all labels together; with one label an example all three are the accuracy.</summary>
    public AveragedMetrics? Micro { get; init; }

    /// <summary>Share of wrong ones among all decisions of whether an example has a label; only with several labels an example.</summary>
    public double? HammingLoss { get; init; }

    /// <summary>
    /// Mean cross-entropy in nats; with several labels an example the mean binary cross-entropy over examples and labels.
    /// Null for a classifier without probabilities.
    /// </summary>
    public double? LogLoss { get; init; }

    /// <summary>Means of the areas under the ROC curves of each class against the rest. Null where none has one: without probabilities, or with a single class.</summary>
    public AreaMetrics? RocAuc { get; init; }

    /// <summary>Means of the average precisions of each class against the rest; null without probabilities.</summary>
    public AreaMetrics? AveragePrecision { get; init; }

    /// <summary>Mean squared distance of the probabilities from the truth, see <see cref="Calibration.BrierScore"/>; null without probabilities.</summary>
    public double? BrierScore { get; init; }

    /// <summary>How far probabilities are from the shares of right answers, see <see cref="Calibration.ExpectedError"/>; null without probabilities.</summary>
    public double? ExpectedCalibrationError { get; init; }

    /// <summary>Each class, in the order of the label ids.</summary>
    public required IReadOnlyList<ClassMetrics> PerClass { get; init; }

    /// <summary>Counts: a row for each true class, a column for each predicted one. Null with several labels an example.</summary>
    public IReadOnlyList<IReadOnlyList<long>>? ConfusionMatrix { get; init; }

    /// <summary>For each label <c>[[true negatives, false positives], [false negatives, true positives]]</c>; only with several labels an example.</summary>
    public IReadOnlyList<IReadOnlyList<IReadOnlyList<long>>>? MultilabelConfusionMatrix { get; init; }

    /// <inheritdoc/>
    public override HeadlineMetrics Headline() => new(Accuracy, Macro.F1, MultilabelConfusionMatrix is null ? null : Micro?.F1);

    /// <inheritdoc/>
    public override double Score() => Macro.F1;

    /// <inheritdoc/>
    public override double? Loss() => LogLoss;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double> Figures()
    {
        var figures = new Dictionary<string, double> { ["accuracy"] = Accuracy, ["macro_f1"] = Macro.F1, ["weighted_f1"] = Weighted.F1 };
        Add("roc_auc", RocAuc?.Macro);
        Add("average_precision", AveragePrecision?.Macro);
        Add("log_loss", LogLoss);
        Add("expected_calibration_error", ExpectedCalibrationError);
        return figures;

        void Add(string name, double? value)
        {
            if (value is { } number)
                figures[name] = number;
        }
    }

    /// <summary>Computes all figures of a single-label classifier from counts.</summary>
    /// <param name="matrix">The counts; at least one example.</param>
    /// <param name="labels">Label names by id, as many as the matrix has classes.</param>
    /// <param name="logLoss">Mean cross-entropy in nats, where there is one.</param>
    /// <exception cref="ArgumentException">No examples, or another number of labels.</exception>
    public static ClassificationMetrics From(ConfusionMatrix matrix, IReadOnlyList<string> labels, double? logLoss = null)
    {
        Check(matrix.Total, matrix.Classes, labels);
        ClassMetrics[] classes = [.. labels.Select((label, id) => Measure(label, matrix[id, id], matrix.Support(id), matrix.PredictedAs(id)))];
        var right = Enumerable.Range(0, matrix.Classes).Sum(id => matrix[id, id]);
        return new ClassificationMetrics
        {
            Examples = matrix.Total,
            Accuracy = (double)right / matrix.Total,
            Macro = MeanOfOccurring(classes, id => matrix.Support(id) + matrix.PredictedAs(id) > 0),
            Weighted = Average(classes, c => c.Support),
            Micro = new AveragedMetrics((double)right / matrix.Total, (double)right / matrix.Total, (double)right / matrix.Total),
            LogLoss = logLoss,
            PerClass = classes,
            ConfusionMatrix = matrix.ToRows(),
        };
    }

    /// <summary>Computes all figures of a multi-label classifier from counts.</summary>
    /// <param name="counts">The counts; at least one example.</param>
    /// <param name="labels">Label names by id, as many as were counted.</param>
    /// <param name="logLoss">Mean binary cross-entropy in nats, where there is one.</param>
    /// <exception cref="ArgumentException">No examples, or another number of labels.</exception>
    public static ClassificationMetrics From(MultiLabelCounts counts, IReadOnlyList<string> labels, double? logLoss = null)
    {
        Check(counts.Examples, counts.Labels, labels);
        ClassMetrics[] classes = [.. labels.Select((label, id) => Measure(label, counts.Hits(id), counts.Support(id), counts.PredictedAs(id)))];
        var ids = Enumerable.Range(0, counts.Labels);
        long hits = ids.Sum(counts.Hits), support = ids.Sum(counts.Support), predicted = ids.Sum(counts.PredictedAs);
        return new ClassificationMetrics
        {
            Examples = counts.Examples,
            Accuracy = (double)counts.ExactMatches / counts.Examples,
            Macro = MeanOfOccurring(classes, id => counts.Support(id) + counts.PredictedAs(id) > 0),
            Weighted = Average(classes, c => c.Support),
            Micro = new AveragedMetrics(Ratio(hits, predicted), Ratio(hits, support), Ratio(2 * hits, support + predicted)),
            HammingLoss = (double)(support + predicted - 2 * hits) / (counts.Examples * counts.Labels),
            LogLoss = logLoss,
            PerClass = classes,
            MultilabelConfusionMatrix = [.. ids.Select(id => ByLabel(counts, id))],
        };
    }

    private static void Check(long examples, int classes, IReadOnlyList<string> labels)
    {
        if (labels.Count != classes)
            throw new ArgumentException($"{labels.Count} labels for {classes} classes.", nameof(labels));
        if (examples == 0)
            throw new ArgumentException("There is no example to measure.", nameof(examples));
    }

    private static ClassMetrics Measure(string label, long hits, long support, long predicted) =>
        new(label, Ratio(hits, predicted), Ratio(hits, support), Ratio(2 * hits, support + predicted), support);

    private static IReadOnlyList<IReadOnlyList<long>> ByLabel(MultiLabelCounts counts, int id)
    {
        long hits = counts.Hits(id), missed = counts.Support(id) - hits, wrong = counts.PredictedAs(id) - hits;
        return [[counts.Examples - hits - missed - wrong, wrong], [missed, hits]];
    }

    private static AveragedMetrics MeanOfOccurring(ClassMetrics[] classes, Func<int, bool> occurs) =>
        Average([.. classes.Where((_, id) => occurs(id))], _ => 1);

    // Of no classes, or none with an example, nothing can be said: 0, as for any other ratio.
    private static AveragedMetrics Average(ClassMetrics[] classes, Func<ClassMetrics, double> weight)
    {
        var sum = classes.Sum(weight);
        return new AveragedMetrics(
            Ratio(classes.Sum(c => weight(c) * c.Precision), sum),
            Ratio(classes.Sum(c => weight(c) * c.Recall), sum),
            Ratio(classes.Sum(c => weight(c) * c.F1), sum));
    }

    private static double Ratio(double above, double below) => below == 0 ? 0 : above / below;
}
