using Pipeline.Modeling.Encoders;
using Pipeline.Modeling.Layers;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Bert;

/// <summary>BERT with a pooler and a linear head on the first token of the text, as Hugging Face's class of the same name.</summary>
public sealed class BertForSequenceClassification : EncoderForSequenceClassification
{
    // Named as in the checkpoint.
    internal readonly BertModel bert;
    internal readonly Linear classifier;

    private readonly double _dropout;

    /// <summary>A new model with random weights, as Hugging Face initializes them.</summary>
    /// <param name="config">Sizes and labels; at least one label.</param>
    /// <param name="seed">Of the weights.</param>
    public BertForSequenceClassification(BertConfig config, long seed) : this(config) => InitializeAll(seed);

    /// <summary>A model whose weights are not yet set.</summary>
    internal BertForSequenceClassification(BertConfig config) : base(nameof(BertForSequenceClassification), config)
    {
        _dropout = config.HeadDropout;
        bert = new BertModel(config, hasPooler: true, positionPaddingId: null);
        classifier = new Linear(config.HiddenSize, config.Labels.Count);
        RegisterComponents();
    }

    internal override EncoderEmbeddings Embeddings => bert.embeddings;

    internal override EncoderStack Stack => bert.encoder;

    internal override Projection Output => classifier;

    internal override Tensor Classify(Tensor inputIds, PaddedBatch batch, Tensor? tokenTypeIds)
    {
        using var scope = NewDisposeScope();
        return classifier.forward(Drop(bert.ForwardFirstToken(inputIds, batch, tokenTypeIds), _dropout)).MoveToOuterDisposeScope();
    }
}
