namespace Pipeline.Modeling.Onnx;

/// <summary>What the large matrices of an exported model are.</summary>
public enum OnnxPrecision
{
    /// <summary>fp32: the logits are Torch's, but for rounding.</summary>
    Float32,

    /// <summary>
    /// int8 with a scale for each column, the other factor of a product quantized when the model runs. A quarter of the size, and on
    /// processors with VNNI three to four times as fast; logits move by a few hundredths of their spread.
    /// </summary>
    Int8,
}
