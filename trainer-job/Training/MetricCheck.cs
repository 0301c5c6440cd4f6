using Pipeline.Core;
using Pipeline.Core.Metrics;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Jobs;

namespace Pipeline.Trainer.Training;

/// <summary>Whether the figure that weights are to be chosen by is one that evaluations of the dataset give.</summary>
internal static class MetricCheck
{
    /// <exception cref="PermanentFailureException">It is not: some figures are for several labels a text only.</exception>
    public static void Require(string metric, TrainingData data)
    {
        var figures = Figures(data);
        if (!figures.Contains(metric))
        {
            throw new PermanentFailureException(
                "bad-options",
                $"'metric_for_best_model' is \"{metric}\", which an evaluation of this dataset does not give. It gives {string.Join(", ", figures)}.",
                "Change the option, then upload the dataset again.");
        }
    }

    // A classifier's figures are those of any evaluation, for example of one text.
    private static IReadOnlyList<string> Figures(TrainingData data)
    {
        if (data.Problem is not (ProblemType.SingleLabelClassification or ProblemType.MultiLabelClassification))
            return [.. MetricFigures.Names(typeof(RegressionMetrics))];
        var score = new ClassificationScore(data.Labels, data.Problem);
        score.Add([0], new float[data.Labels.Count]);
        return [.. ScalarFigures.Of(score.ToMetrics()).Keys];
    }
}
