namespace Pipeline.Core.Metrics;

/// <summary>What the exported graphs give beside the model that they were made of, on the same rows, and which of them serves.</summary>
/// <param name="Fp32"><c>onnx/model.onnx</c></param>
/// <param name="Int8"><c>onnx/model_int8.onnx</c></param>
public sealed record OnnxMetrics(OnnxGraphMetrics Fp32, OnnxGraphMetrics Int8)
{
    /// <summary>The model itself; null in versions from before it was told, whose figures are of the validation split.</summary>
    public OnnxGraphMetrics? Model { get; init; }

    /// <summary>Rows that all were run on.</summary>
    public int? Rows { get; init; }

    /// <summary>Where the rows are from: <c>test</c>, or <c>test and validation</c> where the test split is small.</summary>
    public string? Split { get; init; }

    /// <summary>The graph that serves where no setting says otherwise. Default fp32, also for versions from before there was a choice.</summary>
    public GraphPrecision Serves { get; init; }

    /// <summary>Why, in a sentence with the figures.</summary>
    public string? Reason { get; init; }
}

/// <summary>One exported graph in figures.</summary>
/// <param name="MaxAbsDifference">Largest difference of a logit from the model's own; for numbers, in the target's units.</param>
/// <param name="DisagreementRate">Share of texts that it gives other labels than the model, 0 to 1; null for numbers.</param>
/// <param name="Accuracy">Its accuracy; with several labels a text, subset accuracy. Null for numbers.</param>
/// <param name="MacroF1">Its macro F1; null for numbers.</param>
/// <param name="Rmse">Its RMSE, in the target's units; only for numbers.</param>
/// <param name="MicroF1">Its micro F1; only with several labels a text.</param>
/// <param name="MaxScoreDifference">Largest difference of a label's probability from the model's own, 0 to 1; null for numbers.</param>
public sealed record OnnxGraphMetrics(
    double MaxAbsDifference,
    double? DisagreementRate = null,
    double? Accuracy = null,
    double? MacroF1 = null,
    double? Rmse = null,
    double? MicroF1 = null,
    double? MaxScoreDifference = null);
