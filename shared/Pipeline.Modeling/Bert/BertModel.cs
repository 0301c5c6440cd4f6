using Pipeline.Modeling.Encoders;
using Pipeline.Modeling.Layers;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Bert;

/// <summary>The transformer under the classification head of BERT, with a pooler, and of RoBERTa, without.</summary>
internal sealed class BertModel : nn.Module
{
    // Named as in the checkpoint.
    public readonly EncoderEmbeddings embeddings;
    public readonly EncoderStack encoder;
    public readonly BertDense? pooler;

    public BertModel(BertFamilyConfig config, bool hasPooler, long? positionPaddingId) : base(nameof(BertModel))
    {
        embeddings = new EncoderEmbeddings(
            new EncoderSizes(config.VocabSize, config.MaxPositionEmbeddings, config.TypeVocabSize, config.HiddenSize, config.LayerNormEps, config.HiddenDropoutProb),
            positionPaddingId);
        encoder = new EncoderStack(Enumerable.Range(0, config.NumHiddenLayers).Select(_ => new BertLayer(config)));
        pooler = hasPooler ? new BertDense(config.HiddenSize, config.HiddenSize) : null;
        RegisterComponents();
    }

    /// <summary>What the head reads, of each text's first token: <c>[batch, seq]</c> to <c>[batch, width]</c>.</summary>
    public Tensor ForwardFirstToken(Tensor inputIds, PaddedBatch batch, Tensor? tokenTypeIds)
    {
        using var scope = NewDisposeScope();
        var first = encoder.ForwardFirstToken(embeddings.Forward(inputIds, batch, tokenTypeIds), batch);
        return (pooler is null ? first : pooler.dense.forward(first).to_type(first.dtype).tanh()).MoveToOuterDisposeScope();
    }
}
