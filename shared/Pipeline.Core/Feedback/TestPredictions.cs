using Pipeline.Core.Metrics;

namespace Pipeline.Core.Feedback;

/// <summary>
/// What a version predicted on its test split. Predictions are compared with predictions, not with the true labels: a model that gives a
/// label too often does so on the test split too, and that is no drift.
/// </summary>
public static class TestPredictions
{
    /// <summary>Predictions by label id; null where the version gives numbers, or its metrics do not say.</summary>
    public static IReadOnlyList<long>? Of(MetricsReport metrics) => metrics.Test switch
    {
        ClassificationMetrics { ConfusionMatrix: { } matrix } => [.. Enumerable.Range(0, matrix.Count).Select(id => matrix.Sum(row => row[id]))],
        // [[true negatives, false positives], [false negatives, true positives]]
        ClassificationMetrics { MultilabelConfusionMatrix: { } labels } => [.. labels.Select(label => label[0][1] + label[1][1])],
        _ => null,
    };
}
