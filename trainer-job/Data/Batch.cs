using Pipeline.Core.Tokenization;

namespace Pipeline.Trainer.Data;

/// <summary>A batch in plain memory, padded on the right to its longest input.</summary>
/// <param name="Size">Number of examples.</param>
/// <param name="Sequence">Tokens of the longest one.</param>
/// <param name="InputIds">[Size × Sequence], row by row.</param>
/// <param name="TokenTypeIds">Likewise; null for families without token types.</param>
/// <param name="Lengths">Tokens of each example.</param>
/// <param name="Labels">Label ids of each example.</param>
/// <param name="Targets">The number of each example, in its own units; null unless the problem is a regression.</param>
internal sealed record Batch(int Size, int Sequence, long[] InputIds, long[]? TokenTypeIds, long[] Lengths, int[][] Labels, float[]? Targets = null)
{
    /// <summary>What a teacher answers, <c>[Size × labels]</c> probabilities; null where none teaches.</summary>
    public float[]? Taught { get; init; }

    /// <summary>Puts examples side by side.</summary>
    /// <param name="inputs">What the model reads of each.</param>
    /// <param name="labels">Label ids of each.</param>
    /// <param name="padTokenId">Fills the rest of shorter rows.</param>
    /// <param name="targets">The number of each, where the problem is a regression.</param>
    public static Batch Of(IReadOnlyList<ModelInput> inputs, int[][] labels, int padTokenId, float[]? targets = null)
    {
        var sequence = inputs.Max(i => i.InputIds.Length);
        return new Batch(
            inputs.Count,
            sequence,
            Pad(inputs.Select(i => i.InputIds), sequence, padTokenId),
            inputs[0].TokenTypeIds is null ? null : Pad(inputs.Select(i => i.TokenTypeIds!), sequence, 0),
            [.. inputs.Select(i => (long)i.InputIds.Length)],
            labels,
            targets);
    }

    /// <summary>Cuts the batch into parts of like size, in order, each padded no further than its own longest example.</summary>
    /// <param name="parts">How many; fewer where there are fewer examples.</param>
    public IReadOnlyList<Batch> Split(int parts) => parts == 1 ? [this] : [.. Enumerable.Range(0, Size).Chunk((Size + parts - 1) / parts).Select(Part)];

    private Batch Part(int[] rows)
    {
        var sequence = (int)rows.Max(row => Lengths[row]);
        return this with
        {
            Size = rows.Length,
            Sequence = sequence,
            InputIds = Cut(InputIds),
            TokenTypeIds = TokenTypeIds is null ? null : Cut(TokenTypeIds),
            Lengths = [.. rows.Select(row => Lengths[row])],
            Labels = [.. rows.Select(row => Labels[row])],
            Targets = Targets is null ? null : [.. rows.Select(row => Targets[row])],
            Taught = Taught is null ? null : [.. rows.SelectMany(row => new ArraySegment<float>(Taught, row * (Taught.Length / Size), Taught.Length / Size))],
        };

        long[] Cut(long[] ids) => [.. rows.SelectMany(row => new ArraySegment<long>(ids, row * Sequence, sequence))];
    }

    private static long[] Pad(IEnumerable<int[]> rows, int sequence, int filler) =>
        [.. rows.SelectMany(row => row.Select(id => (long)id).Concat(Enumerable.Repeat((long)filler, sequence - row.Length)))];
}
