using Pipeline.Modeling.Native;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Pipeline.Modeling.Layers;

/// <summary>Multi-head attention between queries, keys and values that are already projected.</summary>
/// <param name="width">Of the hidden states; a multiple of <paramref name="heads"/>.</param>
/// <param name="heads">Number of heads.</param>
/// <param name="dropout">Of the attention weights, in training.</param>
/// <param name="scale">What the scores are multiplied by beside 1 / √(width of a head).</param>
/// <param name="inFloat32">Whether the scores are computed in fp32 where the projections are of half precision.</param>
internal sealed class AttentionHeads(long width, long heads, double dropout, double scale = 1, bool inFloat32 = false)
{
    /// <summary>The scale that takes the usual 1 / √(width of a head) back.</summary>
    public static double Unscaled(long width, long heads) => Math.Sqrt((double)width / heads);

    /// <summary>Mixes the values: queries <c>[batch, query, width]</c>, keys and values <c>[batch, key, width]</c>, to <c>[batch, query, width]</c>.</summary>
    public Tensor Attend(Tensor query, Tensor key, Tensor value, AttentionMask mask, bool training)
    {
        using var scope = NewDisposeScope();
        var dtype = query.dtype;
        long[] shape = query.shape;
        if (inFloat32) (query, key, value) = (Widen(query), Widen(key), Widen(value));
        if (scale != 1) query = query * Number.Of(scale);
        var mixed = F.scaled_dot_product_attention(Split(query), Split(key), Split(value), mask.Pairs, training ? dropout : 0, mask.IsCausal); // [batch, heads, query, dim]
        return mixed.to_type(dtype).transpose(1, 2).reshape(shape).MoveToOuterDisposeScope();
    }

    private static Tensor Widen(Tensor x) => x.dtype is ScalarType.Float16 or ScalarType.BFloat16 ? x.to_type(float32) : x;

    // [batch, seq, width] to [batch, heads, seq, dim]
    private Tensor Split(Tensor x) => x.view(x.shape[0], x.shape[1], heads, width / heads).transpose(1, 2);
}
