using Pipeline.Modeling.Decoders;
using Pipeline.Modeling.Layers;
using Pipeline.Modeling.Pretrained;

namespace Pipeline.Modeling.Gpt2;

/// <summary>GPT-2 with a linear head on the last token of the text, as Hugging Face's class of the same name.</summary>
public sealed class GPT2ForSequenceClassification : DecoderForSequenceClassification
{
    /// <summary>A new model with random weights, as Hugging Face initializes them.</summary>
    /// <param name="config">Sizes and labels; at least one label.</param>
    /// <param name="seed">Of the weights.</param>
    public GPT2ForSequenceClassification(GPT2Config config, long seed) : this(config) => InitializeAll(seed);

    /// <summary>A model whose weights are not yet set.</summary>
    internal GPT2ForSequenceClassification(GPT2Config config) : base(nameof(GPT2ForSequenceClassification), config, Transformer(config))
    {
    }

    /// <summary>Loads a GPT-2 checkpoint folder of Hugging Face's layout.</summary>
    /// <param name="directory">With <c>config.json</c> and <c>model.safetensors</c>, or shards with their index.</param>
    /// <param name="options">What to change on the way; default: nothing.</param>
    /// <exception cref="InvalidDataException">A file is missing, broken, or not a GPT-2 checkpoint.</exception>
    public static GPT2ForSequenceClassification FromPretrained(string directory, PretrainedOptions? options = null) =>
        (GPT2ForSequenceClassification)PretrainedLoader.Load(directory, options ?? new PretrainedOptions(), ModelFamily.GPT2);

    /// <summary>The projections onto the residual stream are divided by the root of their number, 2 × n_layer (Radford et al. 2019, §2.3).</summary>
    internal override double Deviation(string name) =>
        name.EndsWith("c_proj.weight", StringComparison.Ordinal) ? Config.InitializerRange / Math.Sqrt(2 * Config.LayerCount) : Config.InitializerRange;

    private static DecoderModel Transformer(GPT2Config config)
    {
        config.Check();
        var sizes = new DecoderSizes(config.VocabSize, config.NPositions, config.NEmbd, config.LayerNormEpsilon, config.EmbdPdrop, config.ResidPdrop);
        DecoderMLP FeedForward() => new(new Conv1D(config.NEmbd, config.InnerWidth), new Conv1D(config.InnerWidth, config.NEmbd), config.ActivationFunction);
        return new DecoderModel(sizes, Enumerable.Range(0, config.NLayer).Select(layer => new DecoderBlock(sizes, new GPT2Attention(config, layer), FeedForward())));
    }
}
