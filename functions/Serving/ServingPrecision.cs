namespace Pipeline.Functions.Serving;

/// <summary>Which of a version's two graphs is served.</summary>
internal enum ServingPrecision
{
    /// <summary><c>onnx/model.onnx</c>: the logits are those of training, but for rounding.</summary>
    Fp32,

    /// <summary><c>onnx/model_int8.onnx</c>: a quarter of the memory and three to four times as fast; <c>metrics.json</c> says what it costs.</summary>
    Int8,
}
