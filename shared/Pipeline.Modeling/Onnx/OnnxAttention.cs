namespace Pipeline.Modeling.Onnx;

/// <summary>Multi-head attention through ONNX Runtime's fused operators.</summary>
/// <param name="graph">Where it is built.</param>
/// <param name="products">Of its projections.</param>
/// <param name="text">Where the texts lie.</param>
/// <param name="heads">Attention heads.</param>
/// <param name="width">Of the hidden states.</param>
/// <param name="causal">Whether a token sees only those before it; then padding on the right needs no mask.</param>
internal sealed class OnnxAttention(OnnxGraph graph, OnnxProducts products, TextLayout text, int heads, long width, bool causal)
{
    private readonly Dictionary<int, string> _windows = [];
    private readonly Dictionary<int, string> _seenByOne = [];
    private string? _keyLengths;

    /// <summary>Every token attends: <c>[batch, seq, width]</c> to the same.</summary>
    public string OfAll(string x, OnnxBlock block)
    {
        if (block.Window is { } window)
        {
            string[] parts = Split(products.Linear(x, block.QueryKeyValue), 3);
            return products.Linear(Mix(parts[0], parts[1], parts[2], Window(window), block), block.Output);
        }

        string lengths = causal ? "" : _keyLengths ??= text.KeyLengths();
        string mixed = products.Attention(x, block.QueryKeyValue, lengths, ("num_heads", heads), ("unidirectional", causal ? 1 : 0), ("scale", block.Scale));
        return products.Linear(mixed, block.Output);
    }

    /// <summary>One token of each text, <c>[batch, width]</c>, attends to all of its tokens, <c>[batch, seq, width]</c>.</summary>
    public string OfOne(string token, string x, OnnxBlock block)
    {
        var (joint, name) = (block.QueryKeyValue, block.QueryKeyValue.Name);
        string query = products.Linear(token, joint.Columns(name + ".query", 0, width));
        string[] keyValue = Split(products.Linear(x, joint.Columns(name + ".key_value", width, 2 * width)), 2);
        string one = graph.Node("Unsqueeze", [query, graph.Constant(1)]); // [batch, 1, width]
        string mixed = Mix(one, keyValue[0], keyValue[1], SeenByOne(block.Window), block);
        return products.Linear(graph.Node("Squeeze", [mixed, graph.Constant(1)]), block.Output);
    }

    private string Mix(string query, string key, string value, string bias, OnnxBlock block) => graph.Node(
        "MultiHeadAttention", OnnxGraph.Microsoft, [query, key, value, "", "", bias], ("num_heads", heads), ("scale", block.Scale));

    private string[] Split(string x, int parts) =>
        graph.Nodes("Split", "", [x, graph.Constant([.. Enumerable.Repeat(width, parts)])], parts, ("axis", -1));

    private string Window(int window) => _windows.TryGetValue(window, out string? bias) ? bias : _windows[window] = text.SeenInWindow(window);

    private string SeenByOne(int? window) => _seenByOne.TryGetValue(window ?? 0, out string? bias) ? bias : _seenByOne[window ?? 0] = text.SeenByOne(window);
}
