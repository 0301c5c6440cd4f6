using Pipeline.Modeling.Gpt2;
using TorchSharp.Modules;

namespace Pipeline.Modeling.Onnx;

/// <summary>
/// The graph of a GPT-2 classifier. Attention is causal and padding stands on the right, so that no block but the last needs
/// the mask; the last block is computed for each text's last token only.
/// </summary>
internal sealed class GPT2Onnx(OnnxGraph graph, GPT2ForSequenceClassification model)
{
    private const double MaskedScore = -1e9; // finite: its softmax is 0 beside any real score, and never NaN

    private readonly GPT2Config _config = (GPT2Config)model.Config;
    private readonly Dictionary<string, Parameter> _parameters = model.named_parameters().ToDictionary(p => p.name, p => p.parameter);

    public void Build()
    {
        string ids = graph.Input("input_ids", "batch", "sequence");
        string mask = graph.Input("attention_mask", "batch", "sequence");
        string last = LastToken(mask); // [batch, 1]

        string x = Embed(ids); // [batch, seq, width]
        for (int layer = 0; layer < _config.NLayer - 1; layer++)
        {
            string block = $"transformer.h.{layer}.";
            x = graph.Node("Add", [x, Attention(Norm(x, block + "ln_1"), layer)]);
            x = graph.Node("Add", [x, FeedForward(Norm(x, block + "ln_2"), block + "mlp.")]);
        }
        string text = LastBlock(x, mask, last); // [batch, width]
        string logits = graph.Node("Gemm", [Norm(text, "transformer.ln_f"), Weight("score.weight")], ("transB", 1));
        graph.Output("logits", logits, "batch", model.Labels.Count);
    }

    private string Embed(string ids)
    {
        string sequence = graph.Node("Slice", [graph.Node("Shape", [ids]), graph.Constant([1L]), graph.Constant([2L])]); // [1]
        string positions = graph.Node("Slice", [Weight("transformer.wpe.weight"), graph.Constant([0L]), sequence, graph.Constant([0L])]); // [seq, width]
        return graph.Node("Add", [graph.Node("Gather", [Weight("transformer.wte.weight"), ids]), positions]);
    }

    /// <summary>Index of each text's last token, <c>[batch, 1]</c>; 0 for a text without one.</summary>
    private string LastToken(string mask)
    {
        string lengths = graph.Node("ReduceSum", [mask, graph.Constant([1L])], ("keepdims", 1));
        return graph.Node("Max", [graph.Node("Sub", [lengths, graph.Constant([1L])]), graph.Constant([0L])]);
    }

    private string Attention(string x, int layer)
    {
        string prefix = $"transformer.h.{layer}.attn.";
        string mixed = graph.Node("Attention", OnnxGraph.Microsoft, [x, Weight(prefix + "c_attn.weight"), Weight(prefix + "c_attn.bias")],
            ("num_heads", _config.NHead), ("unidirectional", 1), ("scale", Scale(layer)));
        return Linear(mixed, prefix + "c_proj");
    }

    private string FeedForward(string x, string prefix)
    {
        string inner = OnnxActivation.OfBiased(graph, _config.ActivationFunction, graph.Node("MatMul", [x, Weight(prefix + "c_fc.weight")]), Weight(prefix + "c_fc.bias"));
        return Linear(inner, prefix + "c_proj");
    }

    private string LastBlock(string x, string mask, string last)
    {
        int layer = _config.NLayer - 1;
        string block = $"transformer.h.{layer}.";
        string normed = Norm(x, block + "ln_1");
        string mixed = LastTokenAttention(normed, Select(normed, last), mask, layer); // [batch, width]
        string text = graph.Node("Add", [Select(x, last), Linear(mixed, block + "attn.c_proj")]);
        return graph.Node("Add", [text, FeedForward(Norm(text, block + "ln_2"), block + "mlp.")]);
    }

    /// <summary>One query for each text, the last token's, over all its tokens.</summary>
    private string LastTokenAttention(string x, string text, string mask, int layer)
    {
        string name = $"transformer.h.{layer}.attn.c_attn.";
        long width = _config.NEmbd, heads = _config.NHead;
        string query = Columns(text, name, 0, "query"), key = Columns(x, name, width, "key"), value = Columns(x, name, 2 * width, "value");

        string q = graph.Node("Reshape", [query, graph.Constant(0, heads, 1, width / heads)]); // [batch, heads, 1, dim]
        string split = graph.Constant(0, 0, heads, width / heads);
        string k = graph.Node("Transpose", [graph.Node("Reshape", [key, split])], ("perm", new long[] { 0, 2, 3, 1 })); // [batch, heads, dim, seq]
        string v = graph.Node("Transpose", [graph.Node("Reshape", [value, split])], ("perm", new long[] { 0, 2, 1, 3 })); // [batch, heads, seq, dim]

        string real = graph.Node("Cast", [graph.Node("Unsqueeze", [mask, graph.Constant(1, 2)])], ("to", 9)); // [batch, 1, 1, seq] bool
        string scores = graph.Node("Mul", [graph.Node("MatMul", [q, k]), graph.Constant(Scale(layer))]); // [batch, heads, 1, seq]
        string weights = graph.Node("Softmax", [graph.Node("Where", [real, scores, graph.Constant(MaskedScore)])], ("axis", -1));
        return graph.Node("Reshape", [graph.Node("MatMul", [weights, v]), graph.Constant(0, width)]);
    }

    private double Scale(int layer) =>
        (_config.ScaleAttnWeights ? 1 / Math.Sqrt(_config.NEmbd / _config.NHead) : 1) / (_config.ScaleAttnByInverseLayerIdx ? layer + 1 : 1);

    private string Norm(string x, string name) =>
        graph.Node("LayerNormalization", [x, Weight(name + ".weight"), Weight(name + ".bias")], ("axis", -1), ("epsilon", _config.LayerNormEpsilon));

    private string Linear(string x, string name) => graph.Node("Add", [graph.Node("MatMul", [x, Weight(name + ".weight")]), Weight(name + ".bias")]);

    /// <summary>A third of the joint projection to query, key and value, from column <paramref name="start"/>.</summary>
    private string Columns(string x, string name, long start, string part)
    {
        var (weight, bias) = (_parameters[name + "weight"], _parameters[name + "bias"]);
        string product = graph.Node("MatMul", [x, graph.Weight(name + part + ".weight", weight.narrow(1, start, _config.NEmbd))]);
        return graph.Node("Add", [product, graph.Weight(name + part + ".bias", bias.narrow(0, start, _config.NEmbd))]);
    }

    /// <summary>Each text's last token: <c>[batch, seq, width]</c> to <c>[batch, width]</c>.</summary>
    private string Select(string x, string last) => graph.Node("GatherND", [x, last], ("batch_dims", 1));

    private string Weight(string name) => graph.Weight(name, _parameters[name]);
}
