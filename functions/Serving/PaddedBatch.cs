namespace Pipeline.Functions.Serving;

/// <summary>Token ids as the exported model takes them: int64, padded on the right, with a mask.</summary>
/// <param name="InputIds"><c>[rows, length]</c>, row by row.</param>
/// <param name="AttentionMask">1 where there is a token, 0 where there is padding; same shape.</param>
/// <param name="Rows">Number of texts.</param>
/// <param name="Length">Tokens of the longest.</param>
internal sealed record PaddedBatch(long[] InputIds, long[] AttentionMask, int Rows, int Length)
{
    /// <summary>Pads texts to the longest of them. A text without a token becomes one padding token that is read, since a model reads at least one.</summary>
    public static PaddedBatch Of(IReadOnlyList<int[]> rows, int padTokenId)
    {
        var length = Math.Max(1, rows.Max(r => r.Length));
        var ids = new long[rows.Count * length];
        var mask = new long[ids.Length];
        Array.Fill(ids, padTokenId);
        for (var row = 0; row < rows.Count; row++)
        {
            var start = row * length;
            for (var i = 0; i < rows[row].Length; i++)
                ids[start + i] = rows[row][i];
            mask.AsSpan(start, Math.Max(1, rows[row].Length)).Fill(1);
        }

        return new PaddedBatch(ids, mask, rows.Count, length);
    }
}
