using Pipeline.Modeling.Layers;
using Dropout = Pipeline.Modeling.Layers.Dropout;
using Embedding = Pipeline.Modeling.Layers.Embedding;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Encoders;

/// <summary>The embeddings of the BERT family: of token, position and, where the family has them, token type; then a norm.</summary>
internal sealed class EncoderEmbeddings : nn.Module
{
    // Named as in the checkpoint.
    public readonly Embedding word_embeddings;
    public readonly Embedding position_embeddings;
    public readonly Embedding? token_type_embeddings;
    public readonly LayerNorm LayerNorm;

    private readonly double _dropout;
    private readonly long? _paddingId;

    /// <param name="sizes">Of the tables.</param>
    /// <param name="positionPaddingId">
    /// RoBERTa's way to count positions: tokens other than this one have the rows after it, in order; this one has its own.
    /// Null: positions are rows 0, 1, 2, ….
    /// </param>
    public EncoderEmbeddings(EncoderSizes sizes, long? positionPaddingId = null) : base(nameof(EncoderEmbeddings))
    {
        (_dropout, _paddingId) = (sizes.Dropout, positionPaddingId);
        word_embeddings = new Embedding(sizes.Vocabulary, sizes.Width);
        position_embeddings = new Embedding(sizes.Positions, sizes.Width);
        token_type_embeddings = sizes.TokenTypes > 0 ? new Embedding(sizes.TokenTypes, sizes.Width) : null;
        LayerNorm = nn.LayerNorm(sizes.Width, sizes.NormEpsilon);
        RegisterComponents();
    }

    /// <summary>Ids and token types <c>[batch, seq]</c> to <c>[batch, seq, width]</c>.</summary>
    public Tensor Forward(Tensor inputIds, PaddedBatch batch, Tensor? tokenTypeIds)
    {
        using var scope = NewDisposeScope();
        var x = word_embeddings.forward(inputIds) + Positions(inputIds, batch);
        if (token_type_embeddings is { } types) x += tokenTypeIds is null ? types.FirstRows(1) : types.forward(tokenTypeIds);
        x = LayerNorm.forward(x);
        return (training && _dropout > 0 ? Dropout.Of(x, _dropout) : x).MoveToOuterDisposeScope();
    }

    private Tensor Positions(Tensor inputIds, PaddedBatch batch)
    {
        if (_paddingId is { } padding)
        {
            var counted = batch.Real & (inputIds != padding);
            return position_embeddings.forward(counted.cumsum(1, int64) * counted + padding);
        }
        return batch.Positions is { } positions ? position_embeddings.forward(positions) : position_embeddings.FirstRows(inputIds.shape[1]);
    }
}
