using Pipeline.Core.Baselines;
using Pipeline.Core.Metrics;
using Pipeline.Modeling;
using Pipeline.Trainer.Training;

namespace Pipeline.Trainer.Evaluation;

/// <summary>Measures a model that gives numbers on the test split, beside its baselines. It has no probabilities to calibrate.</summary>
internal static class RegressionAssessment
{
    /// <summary>Measures the model.</summary>
    /// <param name="inputs">What it was trained on.</param>
    /// <param name="model">As it is published, adapters merged, answering in the target's own units.</param>
    /// <param name="state">Where training ended.</param>
    /// <param name="baselines">The baselines on the same rows.</param>
    /// <param name="stop">Ends it within a batch.</param>
    public static MetricsReport Measure(TrainingInputs inputs, SequenceClassifier model, TrainingState state, BaselineFigures baselines, CancellationToken stop)
    {
        var data = inputs.Data;
        var test = new Evaluator(data, data.Test, data.Inputs(inputs.Arguments.MaxLength)).Evaluate(model, stop);
        return new MetricsReport(
            state.BestEpoch,
            test,
            state.BestValidation!,
            baselines.Metrics,
            LinearBaselineIsBetter: baselines.Metrics[BaselineNames.TfidfLinear].Score() > test.Score(),
            state.History);
    }
}
