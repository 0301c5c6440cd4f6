using static TorchSharp.torch;

namespace Pipeline.Modeling.Layers;

/// <summary>
/// Where the texts lie in a padded batch, for causal attention. No row of a mask is all false, because its softmax would be NaN:
/// a padding token attends to itself, and nothing reads its result.
/// </summary>
/// <param name="LastToken"><c>[batch]</c> int64: each text's last token, the one that is classified.</param>
/// <param name="Keys"><c>[batch, 1, 1, seq]</c> bool: the tokens of the text.</param>
/// <param name="Pairs"><c>[batch, 1, seq, seq]</c> bool: which token attends to which; null where plain causal attention is right.</param>
/// <param name="Positions"><c>[batch, seq]</c> int64, counted over the tokens of the text; null where they are 0, 1, 2, …</param>
internal sealed record PaddedBatch(Tensor LastToken, Tensor Keys, Tensor? Pairs, Tensor? Positions)
{
    /// <summary>Padding on the right: no token of a text can see it, so plain causal attention needs no mask.</summary>
    /// <param name="lengths"><c>[batch]</c> int64.</param>
    /// <param name="sequence">The padded length.</param>
    public static PaddedBatch FromLengths(Tensor lengths, long sequence)
    {
        var last = (lengths - 1).clamp(0, sequence - 1); // [batch]
        var keys = arange(sequence, int64, lengths.device) <= last.unsqueeze(1); // [batch, seq]
        return new PaddedBatch(last, keys.unsqueeze(1).unsqueeze(1), null, null);
    }

    /// <summary>Padding anywhere. Waits for the device, because the faster form is taken where all padding is on the right.</summary>
    /// <param name="attentionMask"><c>[batch, seq]</c>, integer or bool: true for the tokens of the text.</param>
    public static PaddedBatch FromMask(Tensor attentionMask)
    {
        var real = attentionMask.to_type(ScalarType.Bool);
        long sequence = real.shape[1];
        var resumes = real.narrow(1, 1, sequence - 1) & ~real.narrow(1, 0, sequence - 1);
        if (!resumes.any().item<bool>()) return FromLengths(real.sum(1, type: int64), sequence);

        var index = arange(sequence, int64, real.device); // [seq]
        var last = (index * real).amax([1]); // [batch]
        var keys = (real | (index == last.unsqueeze(1))).unsqueeze(1).unsqueeze(1); // [batch, 1, 1, seq]
        var causal = index.unsqueeze(0) <= index.unsqueeze(1); // [query, key]
        var self = index.unsqueeze(0) == index.unsqueeze(1);
        var positions = (real.cumsum(1, int64) - 1).clamp(0);
        return new PaddedBatch(last, keys, (causal & keys) | self, positions);
    }

    /// <summary>The classified token of each text: <c>[batch, seq, width]</c> to <c>[batch, width]</c>.</summary>
    public Tensor SelectLastToken(Tensor x)
    {
        using var scope = NewDisposeScope();
        long batch = x.shape[0], sequence = x.shape[1];
        var rows = arange(batch, int64, x.device) * sequence + LastToken;
        return x.reshape(batch * sequence, -1).index_select(0, rows).MoveToOuterDisposeScope();
    }
}
