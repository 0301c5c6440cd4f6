using Pipeline.Modeling.Bert;
using Pipeline.Modeling.DistilBert;
using Pipeline.Modeling.Gpt2;
using Pipeline.Modeling.GptNeo;
using Pipeline.Modeling.Pretrained;
using Pipeline.Modeling.Roberta;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Tests.Reference;

/// <summary>Every family's classifier in <see cref="Formulas"/>, over weights with the names of Hugging Face.</summary>
internal sealed class ReferenceModel
{
    private readonly PretrainedConfig _config;
    private readonly Formulas _f;

    public ReferenceModel(PretrainedConfig config, IEnumerable<KeyValuePair<string, Tensor>> weights)
    {
        _config = config;
        Weights = weights.ToDictionary(w => w.Key, w => Copy(w.Value));
        _f = new Formulas(Weights);
    }

    public IReadOnlyDictionary<string, Value> Weights { get; }

    /// <summary>The logits of one text, <c>[1, labels]</c>.</summary>
    public Value Forward(long[] ids, long[]? types = null) => _config switch
    {
        GPT2Config c => Decoder(ids, c.LayerNormEpsilon, c.ActivationFunction, transposed: true, (x, layer) => GPT2Attention(c, x, layer)),
        GPTNeoConfig c => Decoder(ids, c.LayerNormEpsilon, c.ActivationFunction, transposed: false, (x, layer) => GPTNeoAttention(c, x, layer)),
        BertConfig c => BertHead(BertFirst("bert.", c, ids, [.. ids.Index().Select(t => (long)t.Index)], types)),
        RobertaConfig c => RobertaHead(BertFirst("roberta.", c, ids, RobertaPositions(ids, c.PadTokenId!.Value), types)),
        DistilBertConfig c => DistilBert(c, ids),
        _ => throw new ArgumentException(_config.ModelType),
    };

    public void Backward() => _f.Backward();

    private Value Decoder(long[] ids, double epsilon, string activation, bool transposed, Func<Value, int, Value> attention)
    {
        var x = _f.Add(_f.Embedding("transformer.wte.weight", ids), _f.Embedding("transformer.wpe.weight", [.. ids.Index().Select(t => (long)t.Index)]));
        for (int layer = 0; layer < _config.LayerCount; layer++)
        {
            string block = $"transformer.h.{layer}.";
            x = _f.Add(x, attention(_f.LayerNorm(x, block + "ln_1", epsilon), layer));
            var inner = _f.Apply(_f.Linear(_f.LayerNorm(x, block + "ln_2", epsilon), block + "mlp.c_fc", transposed), ElementFunctions.Named(activation));
            x = _f.Add(x, _f.Linear(inner, block + "mlp.c_proj", transposed));
        }
        x = _f.LayerNorm(x, "transformer.ln_f", epsilon);
        return _f.Linear(_f.Part(x, ids.Length - 1, 1, 0, x.Columns), "score");
    }

    private Value GPT2Attention(GPT2Config config, Value x, int layer)
    {
        string name = $"transformer.h.{layer}.attn.";
        int width = config.NEmbd;
        var qkv = _f.Linear(x, name + "c_attn", transposed: true);
        Value Third(int part) => _f.Part(qkv, 0, x.Rows, part * width, width);
        double scale = config.ScaleAttnWeights ? 1 / Math.Sqrt((double)width / config.NHead) : 1;
        if (config.ScaleAttnByInverseLayerIdx) scale /= layer + 1;
        return _f.Linear(_f.Attention(Third(0), Third(1), Third(2), config.NHead, scale, (query, key) => key <= query), name + "c_proj", transposed: true);
    }

    private Value GPTNeoAttention(GPTNeoConfig config, Value x, int layer)
    {
        string name = $"transformer.h.{layer}.attn.attention.";
        bool local = layer % 2 == 1;
        var mixed = _f.Attention(
            _f.Linear(x, name + "q_proj"), _f.Linear(x, name + "k_proj"), _f.Linear(x, name + "v_proj"), config.NumHeads, 1,
            (query, key) => key <= query && (!local || query - key < config.WindowSize));
        return _f.Linear(mixed, name + "out_proj");
    }

    private Value BertFirst(string prefix, BertFamilyConfig config, long[] ids, long[] positions, long[]? types)
    {
        string embeddings = prefix + "embeddings.";
        var x = _f.Add(_f.Embedding(embeddings + "word_embeddings.weight", ids), _f.Embedding(embeddings + "position_embeddings.weight", positions));
        x = _f.Add(x, _f.Embedding(embeddings + "token_type_embeddings.weight", types ?? new long[ids.Length]));
        x = _f.LayerNorm(x, embeddings + "LayerNorm", config.LayerNormEps);
        for (int layer = 0; layer < config.NumHiddenLayers; layer++)
        {
            string block = $"{prefix}encoder.layer.{layer}.";
            x = PostNormBlock(x, block + "attention.self.query", block + "attention.self.key", block + "attention.self.value", block + "attention.output.dense", block + "attention.output.LayerNorm",
                block + "intermediate.dense", block + "output.dense", block + "output.LayerNorm", config.NumAttentionHeads, config.HiddenAct, config.LayerNormEps);
        }
        return _f.Part(x, 0, 1, 0, x.Columns);
    }

    private Value BertHead(Value first) => _f.Linear(_f.Apply(_f.Linear(first, "bert.pooler.dense"), ElementFunctions.Tanh), "classifier");

    private Value RobertaHead(Value first) => _f.Linear(_f.Apply(_f.Linear(first, "classifier.dense"), ElementFunctions.Tanh), "classifier.out_proj");

    // A token that is not padding has the next free row after the padding token's id; the padding token has that row itself.
    private static long[] RobertaPositions(long[] ids, int padding)
    {
        long next = padding;
        return [.. ids.Select(id => id == padding ? padding : ++next)];
    }

    private Value DistilBert(DistilBertConfig config, long[] ids)
    {
        const double epsilon = 1e-12;
        const string embeddings = "distilbert.embeddings.";
        var x = _f.Add(_f.Embedding(embeddings + "word_embeddings.weight", ids), _f.Embedding(embeddings + "position_embeddings.weight", [.. ids.Index().Select(t => (long)t.Index)]));
        x = _f.LayerNorm(x, embeddings + "LayerNorm", epsilon);
        for (int layer = 0; layer < config.NLayers; layer++)
        {
            string block = $"distilbert.transformer.layer.{layer}.";
            x = PostNormBlock(x, block + "attention.q_lin", block + "attention.k_lin", block + "attention.v_lin", block + "attention.out_lin", block + "sa_layer_norm",
                block + "ffn.lin1", block + "ffn.lin2", block + "output_layer_norm", config.NHeads, config.Activation, epsilon);
        }
        var hidden = _f.Apply(_f.Linear(_f.Part(x, 0, 1, 0, x.Columns), "pre_classifier"), ElementFunctions.Relu);
        return _f.Linear(hidden, "classifier");
    }

    private Value PostNormBlock(
        Value x, string query, string key, string value, string output, string attentionNorm, string inner, string outer, string outputNorm, int heads, string activation, double epsilon)
    {
        var mixed = _f.Attention(_f.Linear(x, query), _f.Linear(x, key), _f.Linear(x, value), heads, 1 / Math.Sqrt((double)x.Columns / heads), (_, _) => true);
        x = _f.LayerNorm(_f.Add(x, _f.Linear(mixed, output)), attentionNorm, epsilon);
        var hidden = _f.Apply(_f.Linear(x, inner), ElementFunctions.Named(activation));
        return _f.LayerNorm(_f.Add(x, _f.Linear(hidden, outer)), outputNorm, epsilon);
    }

    private static Value Copy(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        double[] data = tensor.detach().to_type(float64).contiguous().data<double>().ToArray();
        int columns = (int)tensor.shape[^1];
        var value = new Value(data.Length / columns, columns);
        Buffer.BlockCopy(data, 0, value.Data, 0, data.Length * sizeof(double));
        return value;
    }
}
