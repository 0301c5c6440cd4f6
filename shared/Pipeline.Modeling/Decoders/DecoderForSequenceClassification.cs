using Pipeline.Modeling.Layers;
using Pipeline.Modeling.Pretrained;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Decoders;

/// <summary>A decoder with a linear head on the last token of the text.</summary>
public abstract class DecoderForSequenceClassification : SequenceClassifier
{
    // Named as in the checkpoint. Registered by name, because RegisterComponents does not see these fields from a class that derives from this one.
    internal readonly DecoderModel transformer;
    internal readonly Linear score;

    private protected DecoderForSequenceClassification(string name, PretrainedConfig config, DecoderModel model) : base(name, config)
    {
        transformer = model;
        score = new Linear(config.Width, config.Labels.Count, hasBias: false);
        register_module(nameof(transformer), transformer);
        register_module(nameof(score), score);
    }

    internal sealed override IReadOnlyList<nn.Module> EmbeddingModules => [transformer.wte, transformer.wpe];

    internal sealed override IReadOnlyList<nn.Module> Blocks => [.. transformer.h];

    internal sealed override Tensor Classify(Tensor inputIds, PaddedBatch batch, Tensor? tokenTypeIds) => score.forward(transformer.ForwardLastToken(inputIds, batch));
}
