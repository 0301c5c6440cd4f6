using System.Text.Json.Serialization;

namespace Pipeline.Core.Metrics;

/// <summary>One of a version's two graphs; in JSON <c>fp32</c> and <c>int8</c>.</summary>
[JsonConverter(typeof(SnakeCaseEnum<GraphPrecision>))]
public enum GraphPrecision
{
    /// <summary><c>onnx/model.onnx</c></summary>
    Fp32,

    /// <summary><c>onnx/model_int8.onnx</c></summary>
    Int8,
}
