using Pipeline.Modeling.GptNeo;

namespace Pipeline.Modeling.Onnx;

/// <summary>The graph of a GPT-Neo classifier: scores are not scaled, and every other block attends over a window.</summary>
internal static class GPTNeoOnnx
{
    public static void Build(OnnxGraph graph, SequenceClassifier model, GPTNeoConfig config, OnnxPrecision precision)
    {
        var parts = new OnnxTransformer(graph, model, precision, config.LayerNormEpsilon, config.ActivationFunction, causal: true);
        DecoderOnnx.Build(parts, config, [.. config.AttentionByLayer().Select((kind, layer) => Block(parts, layer, kind == GPTNeoConfig.Local ? config.WindowSize : null))]);
    }

    private static OnnxBlock Block(OnnxTransformer parts, int layer, int? window)
    {
        string name = DecoderOnnx.Block(layer), attention = name + "attn.attention.";
        return new OnnxBlock(
            OnnxMatrix.Join(attention + "qkv", parts.Matrix(attention + "q_proj"), parts.Matrix(attention + "k_proj"), parts.Matrix(attention + "v_proj")),
            parts.Matrix(attention + "out_proj"),
            name + "ln_1",
            parts.Matrix(name + "mlp.c_fc"),
            parts.Matrix(name + "mlp.c_proj"),
            name + "ln_2",
            Scale: 1,
            window);
    }
}
