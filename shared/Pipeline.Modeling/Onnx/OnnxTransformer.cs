using Pipeline.Modeling.Layers;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Onnx;

/// <summary>
/// The parts of a graph that all families share: norms, blocks with the norm before or after, and the last block, which is
/// computed for the classified token of each text only.
/// </summary>
/// <remarks>
/// Residuals are added by <c>Sum</c>, not <c>Add</c>: ONNX Runtime would join <c>Add</c> and the norm after it to
/// <c>SkipLayerNormalization</c>, whose CPU kernel takes eight times as long as the two.
/// </remarks>
internal sealed class OnnxTransformer
{
    private readonly Dictionary<string, Tensor> _parameters;
    private readonly Dictionary<string, Projection> _projections;
    private readonly int _heads;
    private readonly long _width;
    private readonly double _epsilon;
    private readonly string _activation;
    private readonly OnnxAttention _attention;

    /// <param name="graph">Empty.</param>
    /// <param name="model">Whose weights they are.</param>
    /// <param name="precision">Of the matrices.</param>
    /// <param name="epsilon">Of the norms.</param>
    /// <param name="activation">Of the feed-forward part.</param>
    /// <param name="causal">Whether a token sees only those before it.</param>
    public OnnxTransformer(OnnxGraph graph, SequenceClassifier model, OnnxPrecision precision, double epsilon, string activation, bool causal)
    {
        _parameters = model.named_parameters().ToDictionary(p => p.name, Tensor (p) => p.parameter);
        _projections = model.named_modules().Where(m => m.module is Projection).ToDictionary(m => m.name, m => (Projection)m.module);
        (_heads, _width, _epsilon, _activation) = (model.Config.HeadCount, model.Config.Width, epsilon, activation);
        Graph = graph;
        Text = new TextLayout(graph);
        Products = OnnxProducts.Of(precision, graph);
        _attention = new OnnxAttention(graph, Products, Text, _heads, _width, causal);
    }

    public OnnxGraph Graph { get; }

    public TextLayout Text { get; }

    public OnnxProducts Products { get; }

    public Tensor Parameter(string name) => _parameters[name];

    /// <summary>A parameter as an fp32 constant.</summary>
    public string Table(string name) => Graph.Weight(name, _parameters[name]);

    public OnnxMatrix Matrix(string name) => OnnxMatrix.Of(name, _projections[name]);

    public string Norm(string x, string name) => Graph.Node(
        "LayerNormalization",
        [x, Table(name + ".weight"), Table(name + ".bias")],
        ("axis", -1),
        ("epsilon", _epsilon));

    public string Sum(params string[] terms) => Graph.Node("Sum", terms);

    /// <summary>Blocks with the norm before each part, the last one for the last token of each text: <c>[batch, seq, width]</c> to <c>[batch, width]</c>.</summary>
    public string NormFirst(string x, IReadOnlyList<OnnxBlock> blocks)
    {
        foreach (var block in blocks.SkipLast(1))
        {
            x = Sum(x, _attention.OfAll(Norm(x, block.AttentionNorm), block));
            x = Sum(x, FeedForward(Norm(x, block.FeedForwardNorm), block));
        }

        var last = blocks[^1];
        string normed = Norm(x, last.AttentionNorm);
        string text = Sum(LastToken(x), _attention.OfOne(LastToken(normed), normed, last));
        return Sum(text, FeedForward(Norm(text, last.FeedForwardNorm), last));
    }

    /// <summary>Blocks with the norm after each part, the last one for the first token of each text: <c>[batch, seq, width]</c> to <c>[batch, width]</c>.</summary>
    public string NormLast(string x, IReadOnlyList<OnnxBlock> blocks)
    {
        foreach (var block in blocks)
        {
            bool last = block == blocks[^1];
            string kept = last ? FirstToken(x) : x;
            string mixed = last ? _attention.OfOne(kept, x, block) : _attention.OfAll(x, block);
            string attended = Norm(Sum(kept, mixed), block.AttentionNorm);
            x = Norm(Sum(attended, FeedForward(attended, block)), block.FeedForwardNorm);
        }

        return x;
    }

    /// <summary>The head and the output. It is small and its logits decide, so it is fp32 in every precision.</summary>
    public void Classify(string text, string head, long labels) =>
        Graph.Output("logits", new Float32Products(Graph).Linear(text, Matrix(head)), "batch", labels);

    private string FeedForward(string x, OnnxBlock block) => Products.Linear(Products.Activated(x, block.Inner, _activation), block.Outer);

    private string LastToken(string x) => Graph.Node("GatherND", [x, Text.Last], ("batch_dims", 1));

    private string FirstToken(string x) => Graph.Node("Gather", [x, Graph.Scalar(0)], ("axis", 1));
}
