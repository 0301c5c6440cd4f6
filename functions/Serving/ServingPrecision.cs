using Pipeline.Core.Metrics;
using Pipeline.Core.Models;

namespace Pipeline.Functions.Serving;

/// <summary>Which of a version's two graphs is served.</summary>
internal enum ServingPrecision
{
    /// <summary>The one that the version's manifest names: int8 where the check at its export says that it costs next to nothing. Older versions name none and serve fp32.</summary>
    Auto,

    /// <summary><c>onnx/model.onnx</c>: the logits are those of training, but for rounding.</summary>
    Fp32,

    /// <summary><c>onnx/model_int8.onnx</c>: a quarter of the memory and three to four times as fast; <c>metrics.json</c> says what it costs.</summary>
    Int8,
}

/// <summary>What a <see cref="ServingPrecision"/> means for a version.</summary>
internal static class ServingPrecisionOf
{
    /// <summary>The graph to serve.</summary>
    public static GraphPrecision For(this ServingPrecision precision, ModelManifest version) => precision switch
    {
        ServingPrecision.Fp32 => GraphPrecision.Fp32,
        ServingPrecision.Int8 => GraphPrecision.Int8,
        _ => version.Onnx?.Serves ?? GraphPrecision.Fp32,
    };
}
