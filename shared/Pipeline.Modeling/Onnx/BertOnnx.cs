using Pipeline.Modeling.Bert;
using Pipeline.Modeling.Roberta;

namespace Pipeline.Modeling.Onnx;

/// <summary>The graphs of BERT's and RoBERTa's classifiers.</summary>
internal static class BertOnnx
{
    public static void Build(OnnxGraph graph, SequenceClassifier model, BertConfig config, OnnxPrecision precision)
    {
        var parts = Parts(graph, model, config, precision);
        var encoder = new EncoderOnnx(parts, "bert.");
        string x = encoder.Embed(encoder.Positions(), config.TypeVocabSize > 1 ? encoder.TokenTypes() : encoder.OneTokenType());
        encoder.Classify(Blocks(parts, "bert.", x, config), "bert.pooler.dense", "tanh", "classifier", config.Labels.Count);
    }

    /// <summary>RoBERTa's tokenizer knows no token types: its texts are all of type 0.</summary>
    public static void Build(OnnxGraph graph, SequenceClassifier model, RobertaConfig config, OnnxPrecision precision)
    {
        var parts = Parts(graph, model, config, precision);
        var encoder = new EncoderOnnx(parts, "roberta.");
        string x = encoder.Embed(encoder.PositionsAfter(config.PositionPaddingId), encoder.OneTokenType());
        encoder.Classify(Blocks(parts, "roberta.", x, config), "classifier.dense", "tanh", "classifier.out_proj", config.Labels.Count);
    }

    private static OnnxTransformer Parts(OnnxGraph graph, SequenceClassifier model, BertFamilyConfig config, OnnxPrecision precision) =>
        new(graph, model, precision, config.LayerNormEps, config.HiddenAct, causal: false);

    private static string Blocks(OnnxTransformer parts, string model, string x, BertFamilyConfig config) =>
        parts.NormLast(x, [.. Enumerable.Range(0, config.NumHiddenLayers).Select(layer => Block(parts, $"{model}encoder.layer.{layer}.", config))]);

    private static OnnxBlock Block(OnnxTransformer parts, string name, BertFamilyConfig config)
    {
        string self = name + "attention.self.";
        return new OnnxBlock(
            OnnxMatrix.Join(self + "qkv", parts.Matrix(self + "query"), parts.Matrix(self + "key"), parts.Matrix(self + "value")),
            parts.Matrix(name + "attention.output.dense"),
            name + "attention.output.LayerNorm",
            parts.Matrix(name + "intermediate.dense"),
            parts.Matrix(name + "output.dense"),
            name + "output.LayerNorm",
            1 / Math.Sqrt(config.HiddenSize / config.NumAttentionHeads));
    }
}
