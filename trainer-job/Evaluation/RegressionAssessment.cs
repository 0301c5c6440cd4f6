using Pipeline.Core.Baselines;
using Pipeline.Core.Metrics;
using Pipeline.Core.Runs;
using Pipeline.Modeling;
using Pipeline.Trainer.Training;

namespace Pipeline.Trainer.Evaluation;

/// <summary>Measures a model that gives numbers on the test split, beside its baselines. It has no probabilities to calibrate.</summary>
internal static class RegressionAssessment
{
    /// <summary>Measures the model.</summary>
    /// <param name="inputs">What it was trained on.</param>
    /// <param name="options">What the user asked for.</param>
    /// <param name="model">As it is published, adapters merged, answering in the target's own units.</param>
    /// <param name="state">Where training ended.</param>
    /// <param name="baselines">The baselines on the same rows.</param>
    /// <param name="stop">Ends it within a batch.</param>
    public static MetricsReport Measure(
        TrainingInputs inputs, RunOptions options, SequenceClassifier model, TrainingState state, BaselineFigures baselines, CancellationToken stop)
    {
        var (data, arguments) = (inputs.Data, inputs.Arguments);
        var answers = new Evaluator(data, data.Test, data.Inputs(arguments.MaxLength), arguments.PerDeviceEvalBatchSize).PredictNumbers(model, stop);
        var test = answers.ToMetrics();
        var intervals = RegressionBootstrap.Compare(answers, baselines.LinearNumbers!, arguments.Seed);
        return new MetricsReport(
            state.BestEpoch,
            test,
            state.BestValidation!,
            baselines.Metrics,
            LinearBaselineIsBetter: baselines.Metrics[BaselineNames.TfidfLinear].Score() > test.Score(),
            state.History)
        {
            RegressionIntervals = intervals,
            Recommendation = Recommendation.Of(intervals, test.Examples, isFromScratch: arguments.BaseModel is null),
            WorstExamples = WorstExample.Find(
                answers, [.. data.Test.Select(e => e.Row)], options.IncludeTextsInMetrics ? example => data.Text(data.Test[example]) : null),
        };
    }
}
