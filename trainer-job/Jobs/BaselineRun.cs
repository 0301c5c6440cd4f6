using Pipeline.Core.Baselines;
using Pipeline.Core.Metrics;
using Pipeline.Trainer.Data;

namespace Pipeline.Trainer.Jobs;

/// <summary>Measures the baselines on the rows that the model will be tested on.</summary>
internal static class BaselineRun
{
    public static IReadOnlyDictionary<string, ClassificationMetrics> Measure(TrainingData data, CancellationToken stop)
    {
        var majority = MajorityClass.Of(data.Train.Labels);
        var always = new ConfusionMatrix(data.Labels.Count);
        foreach (var label in data.Test.Labels)
            always.Add(label, majority);
        var linear = LinearBaseline.Fit(data.Texts(data.Train), data.Texts(data.Validation), data.Labels, stop);
        return new Dictionary<string, ClassificationMetrics>
        {
            [BaselineNames.MajorityClass] = ClassificationMetrics.From(always, data.Labels),
            [BaselineNames.TfidfLinear] = linear.Evaluate(data.Texts(data.Test), data.Labels),
        };
    }
}
