namespace Pipeline.Core.Metrics;

/// <summary>What the exported graphs give on the validation split, beside the model that they were made of.</summary>
/// <param name="Fp32"><c>onnx/model.onnx</c></param>
/// <param name="Int8"><c>onnx/model_int8.onnx</c></param>
public sealed record OnnxMetrics(OnnxGraphMetrics Fp32, OnnxGraphMetrics Int8);

/// <summary>One exported graph in figures.</summary>
/// <param name="MaxAbsDifference">Largest difference of a logit from the model's own; for numbers, in the target's units.</param>
/// <param name="DisagreementRate">Share of texts that it gives other labels than the model, 0 to 1; null for numbers.</param>
/// <param name="Accuracy">Its accuracy; with several labels a text, subset accuracy. Null for numbers.</param>
/// <param name="MacroF1">Its macro F1; null for numbers.</param>
/// <param name="Rmse">Its RMSE, in the target's units; only for numbers.</param>
public sealed record OnnxGraphMetrics(
    double MaxAbsDifference, double? DisagreementRate = null, double? Accuracy = null, double? MacroF1 = null, double? Rmse = null);
