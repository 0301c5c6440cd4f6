using static TorchSharp.torch;

namespace Pipeline.Modeling.Onnx;

/// <summary>
/// Matrices in int8, one scale a column, symmetric; their other factor is quantized to uint8 when the model runs, one scale and
/// zero point a tensor. The signed form is the one that processors with VNNI multiply fastest; where they have none,
/// <see cref="Pipeline.Core.Int8Processor"/> says what keeps the sums of products from saturating.
/// </summary>
internal sealed class Int8Products(OnnxGraph graph) : OnnxProducts(graph)
{
    private const double Largest = 127;

    public override string Linear(string x, OnnxMatrix matrix)
    {
        var (weight, scale) = Quantized(matrix);
        return Graph.Node("DynamicQuantizeMatMul", OnnxGraph.Microsoft, [x, weight, scale, "", Bias(matrix)]);
    }

    // The bias is added where the product is turned into fp32 again, before anything is written to memory.
    public override string Activated(string x, OnnxMatrix matrix, string activation) => OnnxActivation.Of(Graph, activation, Linear(x, matrix));

    public override string Attention(string x, OnnxMatrix queryKeyValue, string lengths, params (string, object)[] attributes)
    {
        var (weight, scale) = Quantized(queryKeyValue);
        string[] quantized = Graph.Nodes("DynamicQuantizeLinear", "", [x], 3); // values, scale, zero point
        string[] inputs = [quantized[0], weight, RequiredBias(queryKeyValue), quantized[1], scale, lengths, quantized[2]];
        return Graph.Node("QAttention", OnnxGraph.Microsoft, inputs, attributes);
    }

    // One scale a row: a row is a token's vector, and tokens differ in size.
    public override string Lookup(string ids, string name, Tensor table)
    {
        long[] shape = table.shape;
        Tensor Scale() => ScaleOf(table, dimension: 1);
        string rows = Graph.Weight(name + ".int8", OnnxElementType.Int8, shape, () => Quantize(table, Scale()));
        string scales = Graph.Weight(name + ".scale", OnnxElementType.Float, [shape[0], 1], Scale);
        string values = Graph.Node("Cast", [Graph.Node("Gather", [rows, ids])], ("to", (int)OnnxElementType.Float));
        return Graph.Node("Mul", [values, Graph.Node("Gather", [scales, ids])]);
    }

    private (string Weight, string Scale) Quantized(OnnxMatrix matrix)
    {
        Tensor Scale() => ScaleOf(matrix.Weight(), dimension: 0);
        return (
            Graph.Weight(matrix.Name + ".weight.int8", OnnxElementType.Int8, [matrix.Input, matrix.Output], () => Quantize(matrix.Weight(), Scale())),
            Graph.Weight(matrix.Name + ".weight.scale", OnnxElementType.Float, [matrix.Output], () => Scale().squeeze(0)));
    }

    // Of the largest value along a dimension; that of all zeros is any number but 0.
    private static Tensor ScaleOf(Tensor values, long dimension) =>
        values.to_type(float32).abs().amax([dimension], keepdim: true).clamp_min(1e-30) / Largest;

    private static Tensor Quantize(Tensor values, Tensor scale) => (values.to_type(float32) / scale).round().clamp(-Largest, Largest);
}
