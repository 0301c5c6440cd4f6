namespace Pipeline.Core.Metrics;

/// <summary>The version's <c>metrics.json</c>: the model beside its baselines, on the same rows.</summary>
/// <param name="BestEpoch">The epoch whose weights were kept, from 1.</param>
/// <param name="Test">The model on the test split, which nothing was chosen by.</param>
/// <param name="Validation">The model on the validation split, by which the epoch was chosen.</param>
/// <param name="Baselines">The baselines on the test split, by name: <c>majority_class</c>, <c>tfidf_linear</c>.</param>
/// <param name="LinearBaselineIsBetter">True when the linear baseline has the higher macro F1 on the test split.</param>
/// <param name="Epochs">Validation figures of every epoch.</param>
/// <param name="Onnx">The exported graphs on the validation split; null in versions from before they were checked.</param>
public sealed record MetricsReport(
    int BestEpoch,
    ClassificationMetrics Test,
    ClassificationMetrics Validation,
    IReadOnlyDictionary<string, ClassificationMetrics> Baselines,
    bool LinearBaselineIsBetter,
    IReadOnlyList<EpochMetrics> Epochs,
    OnnxMetrics? Onnx = null);

/// <summary>One epoch in figures.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="TrainingLoss">Mean loss over the epoch's examples (nats).</param>
/// <param name="ValidationLoss">Log loss on the validation split (nats).</param>
/// <param name="ValidationAccuracy">Accuracy on the validation split; with several labels an example, subset accuracy.</param>
/// <param name="ValidationMacroF1">Macro F1 on the validation split.</param>
public sealed record EpochMetrics(
    int Epoch,
    double TrainingLoss,
    double ValidationLoss,
    double ValidationAccuracy,
    double ValidationMacroF1);
