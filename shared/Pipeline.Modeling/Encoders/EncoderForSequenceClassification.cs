using Pipeline.Modeling.Layers;
using Pipeline.Modeling.Pretrained;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Encoders;

/// <summary>An encoder with a head on the first token of the text.</summary>
public abstract class EncoderForSequenceClassification : SequenceClassifier
{
    private protected EncoderForSequenceClassification(string name, PretrainedConfig config) : base(name, config)
    {
    }

    internal abstract EncoderEmbeddings Embeddings { get; }

    internal abstract EncoderStack Stack { get; }

    /// <inheritdoc/>
    public sealed override bool GradientCheckpointing
    {
        get => Stack.Recomputes;
        set => Stack.Recomputes = value;
    }

    internal sealed override IReadOnlyList<nn.Module> EmbeddingModules => [Embeddings];

    internal sealed override IReadOnlyList<nn.Module> Blocks => [.. Stack.layer];

    /// <summary>The padding token's vector.</summary>
    internal override long? ZeroRow(string name) => Names.IsTokenEmbedding(name) ? Config.PadTokenId : null;

    private protected sealed override void Rescale(double scale, double offset)
    {
        Output.weight.mul_(scale);
        Output.bias!.mul_(scale).add_(offset);
    }

    private protected Tensor Drop(Tensor x, double rate) => training && rate > 0 ? Dropout.Of(x, rate) : x;
}
