using Pipeline.Modeling.Decoders;
using Pipeline.Modeling.Layers;
using static TorchSharp.torch;

namespace Pipeline.Modeling.GptNeo;

/// <summary>A block's attention, over the whole text or over a window of it; the module in between has its place in the names only.</summary>
internal sealed class GPTNeoAttention : CausalAttention
{
    // Named as in the checkpoint.
    public readonly GPTNeoSelfAttention attention;

    public GPTNeoAttention(GPTNeoConfig config, bool local) : base(nameof(GPTNeoAttention))
    {
        Window = local ? config.WindowSize : Global;
        attention = new GPTNeoSelfAttention(config);
        RegisterComponents();
    }

    public override long Window { get; }

    public override IReadOnlyList<Projection> QueryKeyValue => [attention.q_proj, attention.k_proj, attention.v_proj];

    public override Tensor Forward(Tensor x, AttentionMask mask) => attention.Forward(x, x, mask);

    public override Tensor ForwardLastToken(Tensor x, PaddedBatch batch)
    {
        using var scope = NewDisposeScope();
        var last = PaddedBatch.Select(x, batch.Last).unsqueeze(1); // [batch, 1, width]
        return attention.Forward(last, x, batch.CausalOfLast(Window)).squeeze(1).MoveToOuterDisposeScope();
    }
}
