using Pipeline.Modeling;
using Pipeline.Modeling.Bert;
using Pipeline.Modeling.Gpt2;
using Pipeline.Modeling.Layers;
using Pipeline.Modeling.Onnx;
using static TorchSharp.torch;

namespace Pipeline.Benchmarks.Onnx;

/// <summary>
/// The graphs that PyTorch's exporter writes for Hugging Face's GPT-2 and BERT: standard operators one by one, a mask in every layer,
/// every layer for every token. ONNX Runtime fuses what it can of them when it loads them.
/// </summary>
internal sealed class PlainGraph
{
    private const double Masked = -3.4028234663852886e38; // torch.finfo(float32).min, as transformers has it

    private readonly OnnxGraph _graph = new();
    private readonly PlainProducts _products;
    private readonly Dictionary<string, Tensor> _parameters;
    private readonly Dictionary<string, Projection> _projections;
    private readonly int _heads;
    private readonly long _dim;

    private PlainGraph(SequenceClassifier model, bool int8)
    {
        _parameters = model.named_parameters().ToDictionary(p => p.name, Tensor (p) => p.parameter);
        _projections = model.named_modules().Where(m => m.module is Projection).ToDictionary(m => m.name, m => (Projection)m.module);
        _products = new PlainProducts(_graph, int8);
        (_heads, _dim) = (model.Config.HeadCount, model.Config.Width / model.Config.HeadCount);
    }

    public static void Write(SequenceClassifier model, string path, bool int8)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var plain = new PlainGraph(model, int8);
        if (model.Config is GPT2Config gpt2) plain.Build(gpt2);
        else plain.Build((BertConfig)model.Config);
        plain._graph.Save(path, "plain");
    }

    private void Build(GPT2Config config)
    {
        string ids = _graph.Input("input_ids", "batch", "sequence"), mask = _graph.Input("attention_mask", "batch", "sequence");
        string x = Node("Add", Lookup("transformer.wte.weight", ids), Lookup("transformer.wpe.weight", Places(ids)));
        string places = Places(ids);
        string causal = Node("GreaterOrEqual", Node("Unsqueeze", places, _graph.Constant(1)), places); // [seq, seq]
        string bias = MaskBias(mask);
        for (int layer = 0; layer < config.NLayer; layer++)
        {
            string name = $"transformer.h.{layer}.";
            string[] parts = _graph.Nodes("Split", "", [Linear(Norm(x, name + "ln_1", config.LayerNormEpsilon), name + "attn.c_attn"), _graph.Constant(config.NEmbd, config.NEmbd, config.NEmbd)], 3, ("axis", 2));
            x = Node("Add", x, Linear(Attention(parts[0], parts[1], parts[2], bias, causal), name + "attn.c_proj"));
            x = Node("Add", x, Linear(TanhGelu(Linear(Norm(x, name + "ln_2", config.LayerNormEpsilon), name + "mlp.c_fc")), name + "mlp.c_proj"));
        }
        string logits = Node("MatMul", Norm(x, "transformer.ln_f", config.LayerNormEpsilon), _graph.Weight("score", _parameters["score.weight"].t())); // of every token
        string last = Node("Sub", _graph.Node("ReduceSum", [mask, _graph.Constant(1)], ("keepdims", 1)), _graph.Constant(1));
        _graph.Output("logits", _graph.Node("GatherND", [logits, last], ("batch_dims", 1)), "batch", config.Labels.Count);
    }

    private void Build(BertConfig config)
    {
        string ids = _graph.Input("input_ids", "batch", "sequence"), mask = _graph.Input("attention_mask", "batch", "sequence"), types = _graph.Input("token_type_ids", "batch", "sequence");
        const string Embeddings = "bert.embeddings.";
        string x = Node("Add", Lookup(Embeddings + "word_embeddings.weight", ids), Lookup(Embeddings + "token_type_embeddings.weight", types));
        x = Norm(Node("Add", x, Lookup(Embeddings + "position_embeddings.weight", Places(ids))), Embeddings + "LayerNorm", config.LayerNormEps);
        string bias = MaskBias(mask);
        for (int layer = 0; layer < config.NumHiddenLayers; layer++)
        {
            string name = $"bert.encoder.layer.{layer}.", self = name + "attention.self.";
            string mixed = Attention(Linear(x, self + "query"), Linear(x, self + "key"), Linear(x, self + "value"), bias, causal: null);
            x = Norm(Node("Add", Linear(mixed, name + "attention.output.dense"), x), name + "attention.output.LayerNorm", config.LayerNormEps);
            x = Norm(Node("Add", Linear(ErfGelu(Linear(x, name + "intermediate.dense")), name + "output.dense"), x), name + "output.LayerNorm", config.LayerNormEps);
        }
        string pooled = Node("Tanh", Linear(_graph.Node("Gather", [x, _graph.Scalar(0)], ("axis", 1)), "bert.pooler.dense"));
        _graph.Output("logits", Linear(pooled, "classifier"), "batch", config.Labels.Count);
    }

    private string Attention(string query, string key, string value, string bias, string? causal)
    {
        string shape = _graph.Constant(0, 0, _heads, _dim);
        string Heads(string x, params long[] order) => _graph.Node("Transpose", [Node("Reshape", x, shape)], ("perm", order));
        string scores = Node("Div", Node("MatMul", Heads(query, 0, 2, 1, 3), Heads(key, 0, 2, 3, 1)), _graph.Scalar(Math.Sqrt(_dim)));
        if (causal is not null) scores = Node("Where", causal, scores, _graph.Scalar(Masked));
        string weights = _graph.Node("Softmax", [Node("Add", scores, bias)], ("axis", -1));
        string mixed = _graph.Node("Transpose", [Node("MatMul", weights, Heads(value, 0, 2, 1, 3))], ("perm", new long[] { 0, 2, 1, 3 }));
        return Node("Reshape", mixed, _graph.Constant(0, 0, _heads * _dim));
    }

    // (1 - mask) × the least number, [batch, 1, 1, seq]
    private string MaskBias(string mask)
    {
        string real = _graph.Node("Cast", [Node("Unsqueeze", mask, _graph.Constant(1, 2))], ("to", (int)OnnxElementType.Float));
        return Node("Mul", Node("Sub", _graph.Scalar(1.0), real), _graph.Scalar(Masked));
    }

    private string Places(string ids) => Node("Range", _graph.Scalar(0L), Node("Squeeze", Node("Slice", Node("Shape", ids), _graph.Constant(1), _graph.Constant(2))), _graph.Scalar(1L));

    private string TanhGelu(string x)
    {
        string cubic = Node("Mul", Node("Pow", x, _graph.Scalar(3.0)), _graph.Scalar(0.044715));
        string tanh = Node("Tanh", Node("Mul", Node("Add", x, cubic), _graph.Scalar(Math.Sqrt(2 / Math.PI))));
        return Node("Mul", Node("Mul", x, _graph.Scalar(0.5)), Node("Add", tanh, _graph.Scalar(1.0)));
    }

    private string ErfGelu(string x)
    {
        string erf = Node("Erf", Node("Div", x, _graph.Scalar(Math.Sqrt(2))));
        return Node("Mul", Node("Mul", x, Node("Add", erf, _graph.Scalar(1.0))), _graph.Scalar(0.5));
    }

    private string Norm(string x, string name, double epsilon) =>
        _graph.Node("LayerNormalization", [x, _graph.Weight(name + ".weight", _parameters[name + ".weight"]), _graph.Weight(name + ".bias", _parameters[name + ".bias"])], ("axis", -1), ("epsilon", epsilon));

    private string Lookup(string name, string ids) => _products.Lookup(ids, name, _parameters[name]);

    private string Linear(string x, string name) => _products.Linear(x, OnnxMatrix.Of(name, _projections[name]));

    private string Node(string operation, params string[] inputs) => _graph.Node(operation, inputs);
}
