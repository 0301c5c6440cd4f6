using Pipeline.Core.Baselines;
using Pipeline.Core.Metrics;
using Pipeline.Trainer.Data;

namespace Pipeline.Trainer.Evaluation;

/// <summary>Measures the baselines of a regression on the rows that the model will be tested on.</summary>
internal static class RegressionBaselines
{
    public static BaselineFigures Measure(TrainingData data, CancellationToken stop)
    {
        var linear = RegressionBaseline.Fit(data.TargetTexts(data.Train), data.TargetTexts(data.Validation), stop);
        var (mean, always) = (data.Scale.Mean, new RegressionScore());
        foreach (var example in data.Test)
            always.Add(example.Target, mean);
        var score = linear.Score(data.TargetTexts(data.Test));
        var metrics = new Dictionary<string, ModelMetrics>
        {
            [BaselineNames.MeanTarget] = always.ToMetrics(),
            [BaselineNames.TfidfLinear] = score.ToMetrics(),
        };
        return new BaselineFigures(metrics, Linear: null, score);
    }
}
