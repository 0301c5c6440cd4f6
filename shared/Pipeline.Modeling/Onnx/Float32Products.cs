using static TorchSharp.torch;

namespace Pipeline.Modeling.Onnx;

/// <summary>Matrices as they are.</summary>
internal sealed class Float32Products(OnnxGraph graph) : OnnxProducts(graph)
{
    public override string Linear(string x, OnnxMatrix matrix)
    {
        string product = Graph.Node("MatMul", [x, Weight(matrix)]);
        return matrix.Bias is null ? product : Graph.Node("Add", [product, Bias(matrix)]);
    }

    public override string Activated(string x, OnnxMatrix matrix, string activation) =>
        OnnxActivation.OfBiased(Graph, activation, Graph.Node("MatMul", [x, Weight(matrix)]), Bias(matrix));

    public override string Attention(string x, OnnxMatrix queryKeyValue, string lengths, params (string, object)[] attributes) =>
        Graph.Node("Attention", OnnxGraph.Microsoft, [x, Weight(queryKeyValue), RequiredBias(queryKeyValue), lengths], attributes);

    public override string Lookup(string ids, string name, Tensor table) => Graph.Node("Gather", [Graph.Weight(name, table), ids]);

    private string Weight(OnnxMatrix matrix) => Graph.Weight(matrix.Name + ".weight", OnnxElementType.Float, [matrix.Input, matrix.Output], matrix.Weight);
}
