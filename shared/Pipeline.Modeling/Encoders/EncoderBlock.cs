using Pipeline.Modeling.Layers;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Encoders;

/// <summary>One layer of the BERT family: attention and feed-forward, each with a residual around it and a norm after that.</summary>
internal abstract class EncoderBlock(string name) : nn.Module(name), ITransformerBlock
{
    /// <summary>The modules.</summary>
    protected abstract EncoderParts Parts { get; }

    public IReadOnlyList<Projection> QueryKeyValue => [Parts.Query, Parts.Key, Parts.Value];

    public long Window => long.MaxValue;

    /// <summary><c>[batch, seq, width]</c> to the same.</summary>
    public Tensor Forward(Tensor x, AttentionMask mask) => Forward(x, x, mask);

    /// <summary>The result for each text's first token only, <c>[batch, width]</c>; every token still serves as key and value.</summary>
    public Tensor ForwardFirstToken(Tensor x, PaddedBatch batch, AttentionMask mask)
    {
        using var scope = NewDisposeScope();
        var first = PaddedBatch.Select(x, batch.First).unsqueeze(1); // [batch, 1, width]
        return Forward(first, x, mask).squeeze(1).MoveToOuterDisposeScope();
    }

    // [batch, query, width] and [batch, key, width] to [batch, query, width]
    private Tensor Forward(Tensor queries, Tensor keys, AttentionMask mask)
    {
        using var scope = NewDisposeScope();
        var parts = Parts;
        var mixed = parts.Heads.Attend(parts.Query.forward(queries), parts.Key.forward(keys), parts.Value.forward(keys), mask, training);
        var attended = parts.AttentionNorm.forward(Add(queries, parts.AttentionOutput.forward(mixed), parts.AttentionDropout));
        var inner = parts.Activation(parts.Inner.forward(attended));
        return parts.OutputNorm.forward(Add(attended, parts.Outer.forward(inner), parts.OutputDropout)).MoveToOuterDisposeScope();
    }

    private Tensor Add(Tensor residual, Tensor x, double rate) => training && rate > 0 ? Dropout.Add(residual, x, rate) : residual + x;
}
