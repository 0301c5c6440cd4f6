namespace Pipeline.Modeling.Onnx;

/// <summary>
/// The inputs of a graph, and where the texts lie. Padding may stand anywhere: the graph begins by moving each text to the left,
/// which costs microseconds, so that the rest deals with padding on the right only.
/// </summary>
internal sealed class TextLayout
{
    private const double Unseen = -1e9; // finite: its softmax is 0 beside any real score, and never NaN

    private readonly OnnxGraph _graph;
    private readonly string _length; // [1]: the padded length
    private readonly string _places; // [seq]: 0, 1, …
    private readonly string _order; // [batch, seq]: where each text's tokens are found

    public TextLayout(OnnxGraph graph)
    {
        _graph = graph;
        string ids = graph.Input("input_ids", "batch", "sequence");
        string mask = graph.Input("attention_mask", "batch", "sequence");
        _length = graph.Node("Slice", [graph.Node("Shape", [ids]), graph.Constant(1), graph.Constant(2)]);
        string length = graph.Node("Squeeze", [_length]);
        _places = graph.Node("Range", [graph.Scalar(0), length, graph.Scalar(1)]);
        // Tokens of the text first, each kind from left to right: seq × mask - place, in descending order.
        string keys = graph.Node("Sub", [graph.Node("Mul", [mask, length]), _places]);
        _order = graph.Nodes("TopK", "", [keys, _length], 2, ("axis", 1))[1];
        Ids = InOrder(ids);
        Lengths = graph.Node("Max", [graph.Node("ReduceSum", [mask, graph.Constant(1)], ("keepdims", 1)), graph.Constant(1)]);
        Last = graph.Node("Sub", [Lengths, graph.Constant(1)]);
    }

    /// <summary><c>[batch, seq]</c>, each text from the left.</summary>
    public string Ids { get; }

    /// <summary><c>[batch, 1]</c>: tokens of each text; 1 for a text without any.</summary>
    public string Lengths { get; }

    /// <summary><c>[batch, 1]</c>: index of each text's last token.</summary>
    public string Last { get; }

    /// <summary>Adds the input that tells the texts of a pair apart: <c>[batch, seq]</c>, in the order of <see cref="Ids"/>.</summary>
    public string TokenTypes() => InOrder(_graph.Input("token_type_ids", "batch", "sequence"));

    /// <summary>The rows of a table for all places, <c>[seq, width]</c>.</summary>
    public string Positions(string table) => _graph.Node("Slice", [table, _graph.Constant(0), _length, _graph.Constant(0)]);

    /// <summary>
    /// <paramref name="token"/> + 1, + 2, … over the tokens of the text other than that one; itself elsewhere: <c>[batch, seq]</c>.
    /// </summary>
    public string CountedWithout(long token)
    {
        string other = _graph.Node("Not", [_graph.Node("Equal", [Ids, _graph.Scalar(token)])]);
        string counted = _graph.Node("Cast", [_graph.Node("And", [other, _graph.Node("Less", [_places, Lengths])])], ("to", (int)OnnxElementType.Int64));
        string counts = _graph.Node("Mul", [_graph.Node("CumSum", [counted, _graph.Scalar(1)]), counted]);
        return _graph.Node("Add", [counts, _graph.Scalar(token)]);
    }

    /// <summary>The lengths as ONNX Runtime's attention takes them: <c>[batch]</c> int32.</summary>
    public string KeyLengths() => _graph.Node("Cast", [_graph.Node("Squeeze", [Lengths, _graph.Constant(1)])], ("to", (int)OnnxElementType.Int32));

    /// <summary>What one token of each text sees, to be added to its scores: all tokens of the text, <c>[batch, 1, 1, seq]</c>.</summary>
    /// <param name="window">Only so many up to the last token; null: all.</param>
    public string SeenByOne(int? window)
    {
        string seen = _graph.Node("Less", [_places, Lengths]);
        if (window is { } width) seen = _graph.Node("And", [seen, _graph.Node("GreaterOrEqual", [_places, _graph.Node("Sub", [Lengths, _graph.Constant(width)])])]);
        return Bias(_graph.Node("Unsqueeze", [seen, _graph.Constant(1, 2)]));
    }

    /// <summary>What every token sees where attention is causal and reaches back over a window: <c>[1, 1, seq, seq]</c>, to be added to the scores.</summary>
    public string SeenInWindow(int window)
    {
        string distance = _graph.Node("Sub", [_graph.Node("Unsqueeze", [_places, _graph.Constant(1)]), _places]); // [query, key]
        string seen = _graph.Node("And", [_graph.Node("GreaterOrEqual", [distance, _graph.Scalar(0)]), _graph.Node("Less", [distance, _graph.Scalar(window)])]);
        return Bias(_graph.Node("Unsqueeze", [seen, _graph.Constant(0, 1)]));
    }

    private string Bias(string seen) => _graph.Node("Where", [seen, _graph.Scalar(0.0), _graph.Scalar(Unseen)]);

    private string InOrder(string values) => _graph.Node("GatherElements", [values, _order], ("axis", 1));
}
