using Pipeline.Modeling.Pretrained;

namespace Pipeline.Modeling.Onnx;

/// <summary>What the graphs of GPT-2 and GPT-Neo have in common: embeddings, norms before, the head on the last token.</summary>
internal static class DecoderOnnx
{
    private const string Positions = "transformer.wpe.weight", Tokens = "transformer.wte.weight";

    public static void Build(OnnxTransformer parts, PretrainedConfig config, IReadOnlyList<OnnxBlock> blocks)
    {
        string positions = parts.Text.Positions(parts.Table(Positions));
        string x = parts.Sum(parts.Products.Lookup(parts.Text.Ids, Tokens, parts.Parameter(Tokens)), positions);
        parts.Classify(parts.Norm(parts.NormFirst(x, blocks), "transformer.ln_f"), "score", config.Labels.Count);
    }

    /// <summary>What the names of a block's tensors begin with.</summary>
    public static string Block(int layer) => $"transformer.h.{layer}.";
}
