using Pipeline.Modeling.DistilBert;

namespace Pipeline.Modeling.Onnx;

/// <summary>The graph of a DistilBERT classifier: BERT without token types and pooler.</summary>
internal static class DistilBertOnnx
{
    public static void Build(OnnxGraph graph, SequenceClassifier model, DistilBertConfig config, OnnxPrecision precision)
    {
        var parts = new OnnxTransformer(graph, model, precision, DistilBertConfig.LayerNormEpsilon, config.Activation, causal: false);
        var encoder = new EncoderOnnx(parts, "distilbert.");
        string x = encoder.Embed(encoder.Positions());
        string text = parts.NormLast(x, [.. Enumerable.Range(0, config.NLayers).Select(layer => Block(parts, $"distilbert.transformer.layer.{layer}.", config))]);
        encoder.Classify(text, "pre_classifier", "relu", "classifier", config.Labels.Count);
    }

    private static OnnxBlock Block(OnnxTransformer parts, string name, DistilBertConfig config) => new(
        OnnxMatrix.Join(name + "attention.qkv", parts.Matrix(name + "attention.q_lin"), parts.Matrix(name + "attention.k_lin"), parts.Matrix(name + "attention.v_lin")),
        parts.Matrix(name + "attention.out_lin"),
        name + "sa_layer_norm",
        parts.Matrix(name + "ffn.lin1"),
        parts.Matrix(name + "ffn.lin2"),
        name + "output_layer_norm",
        1 / Math.Sqrt(config.Dim / config.NHeads));
}
