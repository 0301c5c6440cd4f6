using Pipeline.Modeling.Decoders;
using Pipeline.Modeling.Layers;

namespace Pipeline.Modeling.GptNeo;

/// <summary>GPT-Neo with a linear head on the last token of the text, as Hugging Face's class of the same name.</summary>
public sealed class GPTNeoForSequenceClassification : DecoderForSequenceClassification
{
    private static readonly string[] KeptInAttention = [".q_proj", ".k_proj", ".v_proj"];

    /// <summary>A new model with random weights, as Hugging Face initializes them.</summary>
    /// <param name="config">Sizes and labels; at least one label.</param>
    /// <param name="seed">Of the weights.</param>
    public GPTNeoForSequenceClassification(GPTNeoConfig config, long seed) : this(config) => InitializeAll(seed);

    /// <summary>A model whose weights are not yet set.</summary>
    internal GPTNeoForSequenceClassification(GPTNeoConfig config) : base(nameof(GPTNeoForSequenceClassification), config, Transformer(config))
    {
    }

    /// <summary>
    /// Queries, keys and values too: their scores are not scaled down before the softmax, so that attention is sharp, and what is
    /// rounded in it is not averaged out.
    /// </summary>
    internal override bool KeepsPrecision(string name) => base.KeepsPrecision(name) || KeptInAttention.Any(p => name.EndsWith(p, StringComparison.Ordinal));

    private static DecoderModel Transformer(GPTNeoConfig config)
    {
        config.Check();
        var sizes = new DecoderSizes(config.VocabSize, config.MaxPositionEmbeddings, config.HiddenSize, config.LayerNormEpsilon, config.EmbedDropout, config.ResidDropout);
        DecoderMLP FeedForward() => new(new Linear(config.HiddenSize, config.InnerWidth), new Linear(config.InnerWidth, config.HiddenSize), config.ActivationFunction);
        return new DecoderModel(sizes, config.AttentionByLayer().Select(kind => new DecoderBlock(sizes, new GPTNeoAttention(config, kind == GPTNeoConfig.Local), FeedForward())));
    }
}
