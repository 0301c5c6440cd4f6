using Pipeline.Core.Runs;
using Pipeline.Core.Sweeps;

namespace Pipeline.Core.Metrics;

/// <summary>The version's <c>metrics.json</c>: the model beside its baselines, on the same rows.</summary>
/// <param name="BestEpoch">Epochs done when the weights that were kept were evaluated; a fraction with evaluations within epochs.</param>
/// <param name="Test">The model on the test split, which nothing was chosen by.</param>
/// <param name="Validation">The model on the validation split, by which the weights were chosen.</param>
/// <param name="Baselines">The baselines on the test split, by name: <c>majority_class</c> or <c>mean_target</c>, and <c>tfidf_linear</c>.</param>
/// <param name="LinearBaselineIsBetter">True when the linear baseline has the higher macro F1, or for numbers the lower RMSE, on the test split.</param>
/// <param name="Epochs">Validation figures of every evaluation.</param>
/// <param name="Onnx">The exported graphs; null in versions from before they were checked.</param>
public sealed record MetricsReport(
    double BestEpoch,
    ModelMetrics Test,
    ModelMetrics Validation,
    IReadOnlyDictionary<string, ModelMetrics> Baselines,
    bool LinearBaselineIsBetter,
    IReadOnlyList<EpochMetrics> Epochs,
    OnnxMetrics? Onnx = null)
{
    /// <summary>The trials that the model is the best of; null where one model was trained.</summary>
    public SweepProgress? Sweep { get; init; }

    /// <summary>What was done to the probabilities; null in versions from before it was, and for numbers.</summary>
    public CalibrationMetrics? Calibration { get; init; }

    /// <summary>With the option <c>tune_thresholds</c>, the threshold of each label, at which <see cref="Test"/> is measured.</summary>
    public IReadOnlyList<LabelThreshold>? Thresholds { get; init; }

    /// <summary>The test split with thresholds of one half; only where there are others.</summary>
    public HeadlineMetrics? TestAtHalf { get; init; }

    /// <summary>With the option <c>abstain_accuracy</c>, where the model keeps silent.</summary>
    public AbstentionMetrics? Abstention { get; init; }

    /// <summary>How sure the test figures of the model and the linear baseline are.</summary>
    public ConfidenceIntervals? ConfidenceIntervals { get; init; }

    /// <summary>The same of a model that gives numbers.</summary>
    public RegressionIntervals? RegressionIntervals { get; init; }

    /// <summary>Whether the model is worth its cost.</summary>
    public Recommendation? Recommendation { get; init; }

    /// <summary>The test examples that are worth a look.</summary>
    public ExampleMetrics? TestExamples { get; init; }

    /// <summary>For numbers, the test examples that the model is farthest from.</summary>
    public IReadOnlyList<WorstExample>? WorstExamples { get; init; }
}

/// <summary>One evaluation in figures.</summary>
/// <param name="Epoch">Epochs done; a fraction where it was within one.</param>
/// <param name="TrainingLoss">Mean loss over the examples since the evaluation before (nats; for numbers in units of the training targets' variance).</param>
/// <param name="ValidationLoss">The same on the validation split.</param>
/// <param name="ValidationAccuracy">Accuracy on the validation split; with several labels an example, subset accuracy. Null for numbers.</param>
/// <param name="ValidationMacroF1">Macro F1 on the validation split; null for numbers.</param>
/// <param name="ValidationRmse">RMSE on the validation split, in the target's units; only for numbers.</param>
/// <param name="ValidationR2">R² on the validation split; only for numbers.</param>
/// <param name="Step">Optimizer steps done; null in versions from before it was told.</param>
public sealed record EpochMetrics(
    double Epoch,
    double TrainingLoss,
    double ValidationLoss,
    double? ValidationAccuracy,
    double? ValidationMacroF1,
    double? ValidationRmse = null,
    double? ValidationR2 = null,
    int? Step = null)
{
    /// <summary>An evaluation of a model that answers whatever it does.</summary>
    public static EpochMetrics Of(double epoch, int step, double trainingLoss, double validationLoss, ModelMetrics validation) => validation switch
    {
        ClassificationMetrics c => new(epoch, trainingLoss, validationLoss, c.Accuracy, c.Macro.F1, Step: step),
        RegressionMetrics r => new(epoch, trainingLoss, validationLoss, null, null, r.Rmse, r.R2, step),
        _ => throw new ArgumentException($"There is no evaluation of {validation.GetType().Name}.", nameof(validation)),
    };
}
