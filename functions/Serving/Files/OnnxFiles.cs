using Pipeline.Core.Metrics;

namespace Pipeline.Functions.Serving.Files;

/// <summary>The graphs in a version's folder.</summary>
internal static class OnnxFiles
{
    /// <summary>What is added to a graph's name for the file of its weights, where they stand outside of it.</summary>
    public const string WeightsSuffix = ".data";

    /// <summary>The graph's path in the version's folder.</summary>
    public static string Name(GraphPrecision precision) => precision == GraphPrecision.Int8 ? "onnx/model_int8.onnx" : "onnx/model.onnx";
}
