using Pipeline.Modeling.Layers;
using Dropout = Pipeline.Modeling.Layers.Dropout;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Decoders;

/// <summary>One layer of GPT-2 and GPT-Neo: attention and feed-forward, each with the norm before it and the residual around it.</summary>
internal sealed class DecoderBlock : nn.Module, ITransformerBlock
{
    // Named as in the checkpoint.
    public readonly LayerNorm ln_1;
    public readonly CausalAttention attn;
    public readonly LayerNorm ln_2;
    public readonly DecoderMLP mlp;

    private readonly double _dropout;

    public DecoderBlock(DecoderSizes sizes, CausalAttention attention, DecoderMLP feedForward) : base(nameof(DecoderBlock))
    {
        _dropout = sizes.ResidualDropout;
        ln_1 = nn.LayerNorm(sizes.Width, sizes.NormEpsilon);
        attn = attention;
        ln_2 = nn.LayerNorm(sizes.Width, sizes.NormEpsilon);
        mlp = feedForward;
        RegisterComponents();
    }

    public IReadOnlyList<Projection> QueryKeyValue => attn.QueryKeyValue;

    public long Window => attn.Window;

    /// <summary><c>[batch, seq, width]</c> to the same.</summary>
    public Tensor Forward(Tensor x, AttentionMask mask)
    {
        using var scope = NewDisposeScope();
        return FeedForward(Add(x, attn.Forward(ln_1.forward(x), mask))).MoveToOuterDisposeScope();
    }

    /// <summary>The result for each text's last token only, <c>[batch, width]</c>.</summary>
    public Tensor ForwardLastToken(Tensor x, PaddedBatch batch)
    {
        using var scope = NewDisposeScope();
        return FeedForward(Add(PaddedBatch.Select(x, batch.Last), attn.ForwardLastToken(ln_1.forward(x), batch))).MoveToOuterDisposeScope();
    }

    private Tensor FeedForward(Tensor x) => Add(x, mlp.forward(ln_2.forward(x)));

    private Tensor Add(Tensor residual, Tensor x) => training && _dropout > 0 ? Dropout.Add(residual, x, _dropout) : residual + x;
}
