using Pipeline.Modeling.Layers;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Pipeline.Modeling.Gpt2;

/// <summary>Causal multi-head attention.</summary>
internal sealed class GPT2Attention : nn.Module
{
    // Named as in the checkpoint.
    public readonly Conv1D c_attn;
    public readonly Conv1D c_proj;

    private readonly long _width;
    private readonly long _heads;
    private readonly double _queryScale;
    private readonly double _dropout;
    private readonly bool _inFloat32;

    public GPT2Attention(GPT2Config config, int layer) : base(nameof(GPT2Attention))
    {
        (_width, _heads, _dropout, _inFloat32) = (config.NEmbd, config.NHead, config.AttnPdrop, config.ReorderAndUpcastAttn);
        // scaled_dot_product_attention divides by the root of the head's width; the query makes up for any other scale.
        _queryScale = config.ScaleAttnWeights ? 1 : Math.Sqrt(config.NEmbd / config.NHead);
        if (config.ScaleAttnByInverseLayerIdx) _queryScale /= layer + 1;
        c_attn = new Conv1D(_width, 3 * _width);
        c_proj = new Conv1D(_width, _width);
        RegisterComponents();
    }

    /// <summary><c>[batch, seq, width]</c> to the same.</summary>
    public Tensor Forward(Tensor x, PaddedBatch batch)
    {
        using var scope = NewDisposeScope();
        var qkv = c_attn.forward(x).chunk(3, 2); // 3 x [batch, seq, width]
        var mixed = Attend(Split(qkv[0]), Split(qkv[1]), Split(qkv[2]), batch.Pairs, causal: batch.Pairs is null); // [batch, heads, seq, dim]
        return c_proj.forward(mixed.transpose(1, 2).reshape(x.shape)).MoveToOuterDisposeScope();
    }

    /// <summary>The result for each text's last token only, <c>[batch, width]</c>; every token still serves as key and value.</summary>
    public Tensor ForwardLastToken(Tensor x, PaddedBatch batch)
    {
        using var scope = NewDisposeScope();
        var query = c_attn.Columns(batch.SelectLastToken(x), 0, _width).unsqueeze(1); // [batch, 1, width]
        var keyValue = c_attn.Columns(x, _width, 2 * _width).chunk(2, 2); // 2 x [batch, seq, width]
        var mixed = Attend(Split(query), Split(keyValue[0]), Split(keyValue[1]), batch.Keys, causal: false); // [batch, heads, 1, dim]
        return c_proj.forward(mixed.reshape(x.shape[0], _width)).MoveToOuterDisposeScope();
    }

    private Tensor Attend(Tensor query, Tensor key, Tensor value, Tensor? mask, bool causal)
    {
        var dtype = query.dtype;
        if (_queryScale != 1) query *= _queryScale;
        if (_inFloat32) (query, key, value) = (query.to_type(float32), key.to_type(float32), value.to_type(float32));
        return F.scaled_dot_product_attention(query, key, value, mask, training ? _dropout : 0, causal).to_type(dtype);
    }

    // [batch, seq, width] to [batch, heads, seq, dim]
    private Tensor Split(Tensor x) => x.view(x.shape[0], x.shape[1], _heads, _width / _heads).transpose(1, 2);
}
