using Pipeline.Modeling.Layers;
using static TorchSharp.torch;

namespace Pipeline.Modeling.GptNeo;

/// <summary>Multi-head attention whose scores are not divided by the root of the head's width, and are always computed in fp32.</summary>
internal sealed class GPTNeoSelfAttention : nn.Module
{
    // Named as in the checkpoint, and in its order.
    public readonly Linear k_proj;
    public readonly Linear v_proj;
    public readonly Linear q_proj;
    public readonly Linear out_proj;

    private readonly AttentionHeads _heads;

    public GPTNeoSelfAttention(GPTNeoConfig config) : base(nameof(GPTNeoSelfAttention))
    {
        long width = config.HiddenSize;
        _heads = new AttentionHeads(width, config.NumHeads, config.AttentionDropout, AttentionHeads.Unscaled(width, config.NumHeads), inFloat32: true);
        k_proj = new Linear(width, width, hasBias: false);
        v_proj = new Linear(width, width, hasBias: false);
        q_proj = new Linear(width, width, hasBias: false);
        out_proj = new Linear(width, width);
        RegisterComponents();
    }

    /// <summary>Queries from <c>[batch, query, width]</c>, keys and values from <c>[batch, key, width]</c>, to <c>[batch, query, width]</c>.</summary>
    public Tensor Forward(Tensor queries, Tensor keys, AttentionMask mask)
    {
        using var scope = NewDisposeScope();
        var mixed = _heads.Attend(q_proj.forward(queries), k_proj.forward(keys), v_proj.forward(keys), mask, training);
        return out_proj.forward(mixed).MoveToOuterDisposeScope();
    }
}
