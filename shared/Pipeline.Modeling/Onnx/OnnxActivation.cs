namespace Pipeline.Modeling.Onnx;

/// <summary>Activation functions in ONNX, under the names of <see cref="Layers.Activation"/>.</summary>
internal static class OnnxActivation
{
    /// <summary>The function of <c>x</c>.</summary>
    public static string Of(OnnxGraph graph, string name, string x) => name switch
    {
        "gelu" => graph.Node("Gelu", OnnxGraph.Microsoft, [x]),
        "gelu_new" or "gelu_fast" or "gelu_pytorch_tanh" => graph.Node("FastGelu", OnnxGraph.Microsoft, [x]),
        "quick_gelu" => graph.Node("QuickGelu", OnnxGraph.Microsoft, [x], ("alpha", 1.702)),
        // x sigmoid(alpha x) with alpha 1.
        "silu" or "swish" => graph.Node("QuickGelu", OnnxGraph.Microsoft, [x], ("alpha", 1.0)),
        "relu" => graph.Node("Relu", [x]),
        "tanh" => graph.Node("Tanh", [x]),
        _ => throw new NotSupportedException($"The activation function '{name}' has no ONNX form."),
    };

    /// <summary>The function of <c>x + bias</c>, in one operator where there is one.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="name">The function.</param>
    /// <param name="x">Its argument but for the bias.</param>
    /// <param name="bias">An empty name: none.</param>
    public static string OfBiased(OnnxGraph graph, string name, string x, string bias) => (name, bias) switch
    {
        (_, "") => Of(graph, name, x),
        ("gelu", _) => graph.Node("BiasGelu", OnnxGraph.Microsoft, [x, bias]),
        ("gelu_new" or "gelu_fast" or "gelu_pytorch_tanh", _) => graph.Node("FastGelu", OnnxGraph.Microsoft, [x, bias]),
        _ => Of(graph, name, graph.Node("Add", [x, bias])),
    };
}
