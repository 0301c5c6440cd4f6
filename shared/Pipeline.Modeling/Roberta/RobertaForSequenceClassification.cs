using Pipeline.Modeling.Bert;
using Pipeline.Modeling.Encoders;
using Pipeline.Modeling.Layers;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Roberta;

/// <summary>RoBERTa with its two-layer head on the first token of the text, as Hugging Face's class of the same name.</summary>
public sealed class RobertaForSequenceClassification : EncoderForSequenceClassification
{
    // Named as in the checkpoint.
    internal readonly BertModel roberta;
    internal readonly RobertaClassificationHead classifier;

    /// <summary>A new model with random weights, as Hugging Face initializes them.</summary>
    /// <param name="config">Sizes and labels; at least one label.</param>
    /// <param name="seed">Of the weights.</param>
    public RobertaForSequenceClassification(RobertaConfig config, long seed) : this(config) => InitializeAll(seed);

    /// <summary>A model whose weights are not yet set.</summary>
    internal RobertaForSequenceClassification(RobertaConfig config) : base(nameof(RobertaForSequenceClassification), config)
    {
        roberta = new BertModel(config, hasPooler: false, config.PositionPaddingId);
        classifier = new RobertaClassificationHead(config);
        RegisterComponents();
    }

    internal override EncoderEmbeddings Embeddings => roberta.embeddings;

    internal override EncoderStack Stack => roberta.encoder;

    internal override Projection Output => classifier.out_proj;

    /// <summary>The vectors of the padding token and of its position.</summary>
    internal override long? ZeroRow(string name) => Names.IsPositionEmbedding(name) ? Config.PadTokenId ?? 1 : base.ZeroRow(name);

    internal override Tensor Classify(Tensor inputIds, PaddedBatch batch, Tensor? tokenTypeIds)
    {
        using var scope = NewDisposeScope();
        return classifier.forward(roberta.ForwardFirstToken(inputIds, batch, tokenTypeIds)).MoveToOuterDisposeScope();
    }
}
