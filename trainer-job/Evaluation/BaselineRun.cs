using Pipeline.Core;
using Pipeline.Core.Baselines;
using Pipeline.Core.Metrics;
using Pipeline.Trainer.Data;

namespace Pipeline.Trainer.Evaluation;

/// <summary>Measures the baselines on the rows that the model will be tested on.</summary>
internal static class BaselineRun
{
    public static BaselineFigures Measure(TrainingData data, CancellationToken stop)
    {
        if (data.Problem == ProblemType.Regression)
            return RegressionBaselines.Measure(data, stop);
        var linear = LinearBaseline.Fit(data.Texts(data.Train), data.Texts(data.Validation), data.Labels, data.Problem, stop);
        var predictions = linear.Predict(data.Texts(data.Test));
        var metrics = new Dictionary<string, ModelMetrics>
        {
            [BaselineNames.MajorityClass] = data.Problem == ProblemType.MultiLabelClassification ? AlwaysTheSameLabels(data) : AlwaysTheSameClass(data),
            [BaselineNames.TfidfLinear] = predictions.ToMetrics(),
        };
        return new BaselineFigures(metrics, predictions);
    }

    private static ClassificationMetrics AlwaysTheSameClass(TrainingData data)
    {
        var majority = MajorityClass.Of(data.Train.Select(e => e.Labels[0]));
        var matrix = new ConfusionMatrix(data.Labels.Count);
        foreach (var example in data.Test)
            matrix.Add(example.Labels[0], majority);
        return ClassificationMetrics.From(matrix, data.Labels);
    }

    private static ClassificationMetrics AlwaysTheSameLabels(TrainingData data)
    {
        var majority = MajorityClass.Of(data.Train.Select(e => e.Labels));
        var counts = new MultiLabelCounts(data.Labels.Count);
        foreach (var example in data.Test)
            counts.Add(example.Labels, majority);
        return ClassificationMetrics.From(counts, data.Labels);
    }
}
