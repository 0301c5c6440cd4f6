using Pipeline.Modeling.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Pipeline.Modeling.Gpt2;

/// <summary>One layer: attention and feed-forward, each with the norm before it and the residual around it.</summary>
internal sealed class GPT2Block : nn.Module
{
    // Named as in the checkpoint.
    public readonly LayerNorm ln_1;
    public readonly GPT2Attention attn;
    public readonly LayerNorm ln_2;
    public readonly GPT2MLP mlp;

    private readonly double _dropout;

    public GPT2Block(GPT2Config config, int layer) : base(nameof(GPT2Block))
    {
        _dropout = config.ResidPdrop;
        ln_1 = nn.LayerNorm(config.NEmbd, config.LayerNormEpsilon);
        attn = new GPT2Attention(config, layer);
        ln_2 = nn.LayerNorm(config.NEmbd, config.LayerNormEpsilon);
        mlp = new GPT2MLP(config);
        RegisterComponents();
    }

    /// <summary><c>[batch, seq, width]</c> to the same.</summary>
    public Tensor Forward(Tensor x, PaddedBatch batch)
    {
        using var scope = NewDisposeScope();
        return FeedForward(x + Dropout(attn.Forward(ln_1.forward(x), batch))).MoveToOuterDisposeScope();
    }

    /// <summary>The result for each text's last token only, <c>[batch, width]</c>.</summary>
    public Tensor ForwardLastToken(Tensor x, PaddedBatch batch)
    {
        using var scope = NewDisposeScope();
        return FeedForward(batch.SelectLastToken(x) + Dropout(attn.ForwardLastToken(ln_1.forward(x), batch))).MoveToOuterDisposeScope();
    }

    private Tensor FeedForward(Tensor x) => x + Dropout(mlp.forward(ln_2.forward(x)));

    private Tensor Dropout(Tensor x) => training && _dropout > 0 ? F.dropout(x, _dropout) : x;
}
