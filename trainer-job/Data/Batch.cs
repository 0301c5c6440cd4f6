namespace Pipeline.Trainer.Data;

/// <summary>A batch in plain memory, padded on the right to its longest example.</summary>
/// <param name="Size">Number of examples.</param>
/// <param name="Sequence">Tokens of the longest one.</param>
/// <param name="InputIds">[Size × Sequence], row by row.</param>
/// <param name="Lengths">Tokens of each example.</param>
/// <param name="Labels">Class id of each example.</param>
internal sealed record Batch(int Size, int Sequence, long[] InputIds, long[] Lengths, long[] Labels)
{
    /// <summary>Puts examples side by side.</summary>
    /// <param name="split">Where they are.</param>
    /// <param name="rows">Which ones.</param>
    /// <param name="padTokenId">Fills the rest of shorter rows.</param>
    public static Batch Of(EncodedSplit split, int[] rows, int padTokenId)
    {
        var sequence = rows.Max(i => split.InputIds[i].Length);
        var ids = new long[rows.Length * sequence];
        Array.Fill(ids, padTokenId);
        for (var b = 0; b < rows.Length; b++)
        {
            var example = split.InputIds[rows[b]];
            for (var t = 0; t < example.Length; t++)
                ids[b * sequence + t] = example[t];
        }

        return new Batch(
            rows.Length,
            sequence,
            ids,
            [.. rows.Select(i => (long)split.InputIds[i].Length)],
            [.. rows.Select(i => (long)split.Labels[i])]);
    }

    /// <summary>Blanks out tokens at random, so that the model does not lean on single words.</summary>
    /// <param name="probability">Of each token.</param>
    /// <param name="blank">What stands in its place.</param>
    /// <param name="seed">Of this batch.</param>
    public void DropWords(double probability, int blank, int seed)
    {
        if (probability == 0)
            return;
        var random = new Random(seed);
        for (var b = 0; b < Size; b++)
        {
            for (var t = 0; t < Lengths[b]; t++)
            {
                if (random.NextDouble() < probability)
                    InputIds[b * Sequence + t] = blank;
            }
        }
    }
}
