using Pipeline.Modeling.Onnx;
using static TorchSharp.torch;

namespace Pipeline.Benchmarks.Onnx;

/// <summary>Products as a plain export has them: fp32, or what ONNX Runtime's <c>quantize_dynamic</c> makes of it with its defaults, int8 with one scale a tensor.</summary>
internal sealed class PlainProducts(OnnxGraph graph, bool int8)
{
    /// <summary><c>x W + b</c>.</summary>
    public string Linear(string x, OnnxMatrix matrix) => graph.Node("Add", [MatMul(x, matrix), graph.Weight(matrix.Name + ".bias", matrix.Bias!())]);

    /// <summary>Rows of a table.</summary>
    public string Lookup(string ids, string name, Tensor table)
    {
        if (!int8) return graph.Node("Gather", [graph.Weight(name, table), ids]);
        var (values, scale) = Quantize(table);
        string rows = graph.Node("Gather", [graph.Weight(name + ".int8", values), ids]);
        return graph.Node("DequantizeLinear", [rows, graph.Weight(name + ".scale", scale)]);
    }

    private string MatMul(string x, OnnxMatrix matrix)
    {
        if (!int8) return graph.Node("MatMul", [x, graph.Weight(matrix.Name, matrix.Weight())]);
        var (values, scale) = Quantize(matrix.Weight());
        string[] quantized = graph.Nodes("DynamicQuantizeLinear", "", [x], 3);
        string product = graph.Node("MatMulInteger", [quantized[0], graph.Weight(matrix.Name + ".int8", values), quantized[2]]);
        string scales = graph.Node("Mul", [quantized[1], graph.Weight(matrix.Name + ".scale", scale)]);
        return graph.Node("Mul", [graph.Node("Cast", [product], ("to", (int)OnnxElementType.Float)), scales]);
    }

    private static (Tensor Values, Tensor Scale) Quantize(Tensor tensor)
    {
        var scale = tensor.abs().max() / 127;
        return ((tensor / scale).round().to_type(ScalarType.Int8), scale);
    }
}
