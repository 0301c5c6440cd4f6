namespace Pipeline.Modeling.Onnx;

/// <summary>Activation functions in ONNX, under the names of <see cref="Layers.Activation"/>; the bias that precedes them is fused where there is an operator for it.</summary>
internal static class OnnxActivation
{
    /// <summary>The function of <c>x + bias</c>.</summary>
    public static string OfBiased(OnnxGraph graph, string name, string x, string bias)
    {
        string Sum() => graph.Node("Add", [x, bias]);
        return name switch
        {
            "gelu" => graph.Node("BiasGelu", OnnxGraph.Microsoft, [x, bias]),
            "gelu_new" or "gelu_fast" or "gelu_pytorch_tanh" => graph.Node("FastGelu", OnnxGraph.Microsoft, [x, bias]),
            "quick_gelu" => graph.Node("QuickGelu", OnnxGraph.Microsoft, [Sum()], ("alpha", 1.702)),
            // x sigmoid(alpha x) with alpha 1.
            "silu" or "swish" => graph.Node("QuickGelu", OnnxGraph.Microsoft, [Sum()], ("alpha", 1.0)),
            "relu" => graph.Node("Relu", [Sum()]),
            "tanh" => graph.Node("Tanh", [Sum()]),
            _ => throw new NotSupportedException($"The activation function '{name}' has no ONNX form."),
        };
    }
}
