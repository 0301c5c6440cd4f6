using Pipeline.Modeling.Native;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Layers;

/// <summary>
/// Where the texts lie in a padded batch. No row of a mask is all false, because its softmax would be NaN:
/// a padding token attends to itself, and nothing reads its result.
/// </summary>
/// <param name="Real"><c>[batch, seq]</c> bool: the tokens of the texts; a text without any has one.</param>
/// <param name="First"><c>[batch]</c> int64: each text's first token, which encoders classify.</param>
/// <param name="Last"><c>[batch]</c> int64: each text's last token, which decoders classify.</param>
/// <param name="Positions"><c>[batch, seq]</c> int64, counted over the tokens of the text; null where all padding is on the right and they are 0, 1, 2, …</param>
internal sealed record PaddedBatch(Tensor Real, Tensor First, Tensor Last, Tensor? Positions)
{
    private long Sequence => Real.shape[1];

    /// <summary>Padding on the right.</summary>
    /// <param name="lengths"><c>[batch]</c> int64.</param>
    /// <param name="sequence">The padded length.</param>
    public static PaddedBatch FromLengths(Tensor lengths, long sequence)
    {
        var last = (lengths - Number.Of(1L)).clamp(Number.Of(0L), Number.Of(sequence - 1)); // [batch]
        var real = Number.Range(sequence, lengths.device) <= last.unsqueeze(1); // [batch, seq]
        return new PaddedBatch(real, zeros_like(last), last, null);
    }

    /// <summary>Padding anywhere. Waits for the device, because the faster form is taken where all padding is on the right.</summary>
    /// <param name="attentionMask"><c>[batch, seq]</c>, integer or bool: true for the tokens of the text.</param>
    public static PaddedBatch FromMask(Tensor attentionMask)
    {
        var real = attentionMask.to_type(ScalarType.Bool);
        long sequence = real.shape[1];
        var resumes = real.narrow(1, 1, sequence - 1) & ~real.narrow(1, 0, sequence - 1);
        if (!resumes.any().item<bool>()) return FromLengths(real.sum(1, type: int64), sequence);

        var index = Number.Range(sequence, real.device); // [seq]
        var last = (index * real).amax([1]); // [batch]
        real |= index == last.unsqueeze(1);
        var first = ((index - Number.Of(sequence)) * real).amin([1]) + Number.Of(sequence);
        var positions = (real.cumsum(1, int64) - Number.Of(1L)).clamp(Number.Of(0L));
        return new PaddedBatch(real, first, last, positions);
    }

    /// <summary>Every token attends to every token of its text.</summary>
    public AttentionMask Everything() => new(Keys(Real), IsCausal: false);

    /// <summary>A token attends to itself and to the tokens before it, the nearest <paramref name="window"/> of them all told.</summary>
    public AttentionMask Causal(long window)
    {
        bool local = window < Sequence;
        // Padding on the right lies after every token of a text: plain causal attention never sees it.
        if (Positions is null && !local) return new AttentionMask(null, IsCausal: true);
        var index = Number.Range(Sequence, Real.device);
        var (query, key) = (index.unsqueeze(1), index.unsqueeze(0));
        var pairs = key <= query; // [query, key]
        if (local) pairs &= key > query - Number.Of(window);
        return new AttentionMask(Positions is null ? pairs : (pairs & Keys(Real)) | (key == query), IsCausal: false);
    }

    /// <summary>The row of <see cref="Causal"/> that belongs to each text's last token.</summary>
    public AttentionMask CausalOfLast(long window)
    {
        if (window >= Sequence) return Everything();
        var index = Number.Range(Sequence, Real.device);
        return new AttentionMask(Keys(Real & (index > Last.unsqueeze(1) - Number.Of(window))), IsCausal: false);
    }

    /// <summary>One token of each text: <c>[batch, seq, width]</c> to <c>[batch, width]</c>.</summary>
    /// <param name="x">Hidden states.</param>
    /// <param name="token"><see cref="First"/> or <see cref="Last"/>.</param>
    public static Tensor Select(Tensor x, Tensor token)
    {
        using var scope = NewDisposeScope();
        long batch = x.shape[0], sequence = x.shape[1];
        var rows = Number.Range(batch, x.device) * Number.Of(sequence) + token;
        return x.reshape(batch * sequence, -1).index_select(0, rows).MoveToOuterDisposeScope();
    }

    // [batch, seq] to [batch, 1, 1, seq]
    private static Tensor Keys(Tensor real) => real.unsqueeze(1).unsqueeze(1);
}
