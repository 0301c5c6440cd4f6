using Pipeline.Modeling.Decoders;
using Pipeline.Modeling.Layers;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Gpt2;

/// <summary>Causal multi-head attention with one joint projection to query, key and value.</summary>
internal sealed class GPT2Attention : CausalAttention
{
    // Named as in the checkpoint.
    public readonly Conv1D c_attn;
    public readonly Conv1D c_proj;

    private readonly long _width;
    private readonly AttentionHeads _heads;

    public GPT2Attention(GPT2Config config, int layer) : base(nameof(GPT2Attention))
    {
        _width = config.NEmbd;
        double scale = config.ScaleAttnWeights ? 1 : AttentionHeads.Unscaled(_width, config.NHead);
        if (config.ScaleAttnByInverseLayerIdx) scale /= layer + 1;
        _heads = new AttentionHeads(_width, config.NHead, config.AttnPdrop, scale, config.ReorderAndUpcastAttn);
        c_attn = new Conv1D(_width, 3 * _width);
        c_proj = new Conv1D(_width, _width);
        RegisterComponents();
    }

    public override long Window => Global;

    public override IReadOnlyList<Projection> QueryKeyValue => [c_attn];

    public override Tensor Forward(Tensor x, AttentionMask mask)
    {
        using var scope = NewDisposeScope();
        var qkv = c_attn.forward(x).chunk(3, 2); // 3 x [batch, seq, width]
        return c_proj.forward(_heads.Attend(qkv[0], qkv[1], qkv[2], mask, training)).MoveToOuterDisposeScope();
    }

    public override Tensor ForwardLastToken(Tensor x, PaddedBatch batch)
    {
        using var scope = NewDisposeScope();
        var query = c_attn.Columns(PaddedBatch.Select(x, batch.Last), 0, _width).unsqueeze(1); // [batch, 1, width]
        var keyValue = c_attn.Columns(x, _width, 2 * _width).chunk(2, 2); // 2 x [batch, seq, width]
        var mixed = _heads.Attend(query, keyValue[0], keyValue[1], batch.CausalOfLast(Window), training); // [batch, 1, width]
        return c_proj.forward(mixed.squeeze(1)).MoveToOuterDisposeScope();
    }
}
