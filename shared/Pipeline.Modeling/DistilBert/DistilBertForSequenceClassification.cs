using Pipeline.Modeling.Encoders;
using Pipeline.Modeling.Layers;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Pipeline.Modeling.DistilBert;

/// <summary>DistilBERT with its two-layer head on the first token of the text, as Hugging Face's class of the same name.</summary>
public sealed class DistilBertForSequenceClassification : EncoderForSequenceClassification
{
    // Named as in the checkpoint.
    internal readonly DistilBertModel distilbert;
    internal readonly Linear pre_classifier;
    internal readonly Linear classifier;

    private readonly DistilBertConfig _config;

    /// <summary>A new model with random weights, as Hugging Face initializes them.</summary>
    /// <param name="config">Sizes and labels; at least one label.</param>
    /// <param name="seed">Of the weights.</param>
    public DistilBertForSequenceClassification(DistilBertConfig config, long seed) : this(config) => InitializeAll(seed);

    /// <summary>A model whose weights are not yet set.</summary>
    internal DistilBertForSequenceClassification(DistilBertConfig config) : base(nameof(DistilBertForSequenceClassification), config)
    {
        _config = config;
        distilbert = new DistilBertModel(config);
        pre_classifier = new Linear(config.Dim, config.Dim);
        classifier = new Linear(config.Dim, config.Labels.Count);
        RegisterComponents();
    }

    internal override EncoderEmbeddings Embeddings => distilbert.embeddings;

    internal override EncoderStack Stack => distilbert.transformer;

    internal override Projection Output => classifier;

    internal override void Initialize(string name, Tensor parameter, Generator generator)
    {
        if (_config.SinusoidalPosEmbds && Names.IsPositionEmbedding(name)) SinusoidalPositions.Fill(parameter);
        else base.Initialize(name, parameter, generator);
    }

    internal override Tensor Classify(Tensor inputIds, PaddedBatch batch, Tensor? tokenTypeIds)
    {
        using var scope = NewDisposeScope();
        var first = distilbert.transformer.ForwardFirstToken(distilbert.embeddings.Forward(inputIds, batch, null), batch); // [batch, width]
        var pooled = Drop(F.relu(pre_classifier.forward(first)), _config.SeqClassifDropout);
        return classifier.forward(pooled).MoveToOuterDisposeScope();
    }
}
