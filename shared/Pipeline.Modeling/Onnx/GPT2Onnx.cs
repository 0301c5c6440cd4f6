using Pipeline.Modeling.Gpt2;

namespace Pipeline.Modeling.Onnx;

/// <summary>The graph of a GPT-2 classifier.</summary>
internal static class GPT2Onnx
{
    public static void Build(OnnxGraph graph, SequenceClassifier model, GPT2Config config, OnnxPrecision precision)
    {
        var parts = new OnnxTransformer(graph, model, precision, config.LayerNormEpsilon, config.ActivationFunction, causal: true);
        DecoderOnnx.Build(parts, config, [.. Enumerable.Range(0, config.NLayer).Select(layer => Block(parts, config, layer))]);
    }

    private static OnnxBlock Block(OnnxTransformer parts, GPT2Config config, int layer)
    {
        string name = DecoderOnnx.Block(layer);
        double scale = config.ScaleAttnWeights ? 1 / Math.Sqrt(config.NEmbd / config.NHead) : 1;
        return new OnnxBlock(
            parts.Matrix(name + "attn.c_attn"),
            parts.Matrix(name + "attn.c_proj"),
            name + "ln_1",
            parts.Matrix(name + "mlp.c_fc"),
            parts.Matrix(name + "mlp.c_proj"),
            name + "ln_2",
            config.ScaleAttnByInverseLayerIdx ? scale / (layer + 1) : scale);
    }
}
