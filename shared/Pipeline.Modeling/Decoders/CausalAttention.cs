using Pipeline.Modeling.Layers;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Decoders;

/// <summary>Attention of a decoder's block, with its projections.</summary>
internal abstract class CausalAttention(string name) : nn.Module(name)
{
    /// <summary>A window that no text fills.</summary>
    public const long Global = long.MaxValue;

    /// <summary>How many tokens a token attends to, counted from itself backwards.</summary>
    public abstract long Window { get; }

    /// <summary>The projections to query, key and value.</summary>
    public abstract IReadOnlyList<Projection> QueryKeyValue { get; }

    /// <summary><c>[batch, seq, width]</c> to the same.</summary>
    /// <param name="x">Hidden states after the norm.</param>
    /// <param name="mask">For this <see cref="Window"/>.</param>
    public abstract Tensor Forward(Tensor x, AttentionMask mask);

    /// <summary>The result for each text's last token only, <c>[batch, width]</c>; every token still serves as key and value.</summary>
    public abstract Tensor ForwardLastToken(Tensor x, PaddedBatch batch);
}
