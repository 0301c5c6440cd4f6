using System.Globalization;
using Pipeline.Core.Baselines;
using Pipeline.Core.Metrics;
using Pipeline.Core.Runs;
using Pipeline.Modeling;
using Pipeline.Trainer.Jobs;
using Pipeline.Trainer.Training;

namespace Pipeline.Trainer.Evaluation;

/// <summary>
/// What is done with a trained classifier before it is published: its probabilities are calibrated and its thresholds chosen on
/// the validation split, and all is measured on the test split, which nothing was chosen by.
/// </summary>
internal sealed class ModelAssessment
{
    private readonly TrainingInputs _inputs;
    private readonly RunOptions _options;
    private readonly RunReporter _reporter;
    private readonly Predictions _raw;
    private readonly Predictions _validation;
    private readonly double _temperature = 1;
    private readonly string? _uncalibrated = "The option calibrate_probabilities is false.";

    /// <summary>Calibrates a model: its logits are divided by the temperature for good. Its adapters are not merged yet, so that their copy of the head has it too.</summary>
    /// <param name="inputs">What the model was trained on.</param>
    /// <param name="options">What the user asked for.</param>
    /// <param name="model">The model, with the weights of the best epoch.</param>
    /// <param name="reporter">Is told what happens.</param>
    /// <param name="stop">Ends it within a batch.</param>
    public ModelAssessment(TrainingInputs inputs, RunOptions options, SequenceClassifier model, RunReporter reporter, CancellationToken stop)
    {
        (_inputs, _options, _reporter) = (inputs, options, reporter);
        _raw = _validation = new Evaluator(inputs.Data, inputs.Data.Validation, inputs.Data.Inputs(inputs.Arguments.MaxLength), inputs.Arguments.PerDeviceEvalBatchSize).Predict(model, stop);
        if (!options.CalibrateProbabilities)
            return;
        (var temperature, _uncalibrated) = TemperatureScaling.Fit(_raw);
        if (temperature is not { } fitted)
        {
            reporter.Event("warning", "The probabilities are not calibrated. " + _uncalibrated);
            return;
        }

        (_temperature, _validation) = (fitted, _raw.At(fitted));
        model.ScaleLogits(1 / fitted);
    }

    /// <summary>Measures the model.</summary>
    /// <param name="model">As it is published, adapters merged.</param>
    /// <param name="state">Where training ended.</param>
    /// <param name="baselines">The baselines on the same rows.</param>
    /// <param name="stop">Ends it within a batch.</param>
    public MetricsReport Measure(SequenceClassifier model, TrainingState state, BaselineFigures baselines, CancellationToken stop)
    {
        var (data, arguments) = (_inputs.Data, _inputs.Arguments);
        var test = new Evaluator(data, data.Test, data.Inputs(arguments.MaxLength), arguments.PerDeviceEvalBatchSize).Predict(model, stop);
        var thresholds = Thresholds();
        double[]? least = thresholds is null ? null : [.. thresholds.Select(t => t.Threshold)];
        var metrics = test.ToMetrics(least);
        var atHalf = least is null ? metrics : test.ToMetrics();
        var validation = _validation.ToMetrics();
        var intervals = Bootstrap.Compare(Answers.Of(test, least), Answers.Of(baselines.Linear!), arguments.Seed);
        return new MetricsReport(
            state.BestEpoch,
            metrics,
            validation,
            baselines.Metrics,
            LinearBaselineIsBetter: baselines.Metrics[BaselineNames.TfidfLinear].Score() > metrics.Score(),
            state.History)
        {
            Calibration = Calibrated(validation, atHalf, test),
            Thresholds = thresholds,
            TestAtHalf = least is null ? null : atHalf.Headline(),
            Abstention = Abstain(test),
            ConfidenceIntervals = intervals,
            Recommendation = Recommendation.Of(intervals, metrics.Examples, isFromScratch: arguments.BaseModel is null),
            TestExamples = NotableExamples.Find(
                test, [.. data.Test.Select(e => e.Row)], least, _options.IncludeTextsInMetrics ? example => data.Text(data.Test[example]) : null),
        };
    }

    private CalibrationMetrics Calibrated(ClassificationMetrics validation, ClassificationMetrics test, Predictions predictions)
    {
        var (rawValidation, rawTest) = _temperature.Equals(1.0) ? (validation, test) : (_raw.ToMetrics(), predictions.At(1 / _temperature).ToMetrics());
        var calibration = new CalibrationMetrics(_temperature, BeforeAndAfter.Of(rawValidation, validation), BeforeAndAfter.Of(rawTest, test), _uncalibrated);
        if (calibration.Reason is null)
        {
            _reporter.Event(
                "evaluation",
                string.Create(CultureInfo.InvariantCulture, $"The probabilities are calibrated with a temperature of {_temperature:0.000}; the test split's expected calibration error goes from {calibration.Test.ExpectedCalibrationErrorBefore:0.0000} to {calibration.Test.ExpectedCalibrationErrorAfter:0.0000}."),
                metrics: new Dictionary<string, double> { ["temperature"] = _temperature });
        }

        return calibration;
    }

    private IReadOnlyList<LabelThreshold>? Thresholds()
    {
        if (!_options.TuneThresholds)
            return null;
        if (_validation.IsMultiLabel)
            return LabelThresholds.Tune(_validation);
        _reporter.Event("warning", "The option tune_thresholds has no effect: each text has exactly one label, the likeliest.");
        return null;
    }

    private AbstentionMetrics? Abstain(Predictions test)
    {
        if (_options.AbstainAccuracy is not { } target)
            return null;
        if (_validation.IsMultiLabel)
        {
            _reporter.Event("warning", "The option abstain_accuracy has no effect: with several labels, a text that the model is not sure of gets none.");
            return null;
        }

        var abstention = Abstention.Find(_validation, test, target);
        if (abstention.Threshold is null)
            _reporter.Event("warning", abstention.Reason!);
        return abstention;
    }
}
