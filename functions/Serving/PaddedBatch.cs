using Pipeline.Core.Tokenization;

namespace Pipeline.Functions.Serving;

/// <summary>What the exported model takes: int64, padded on the right, with a mask.</summary>
/// <param name="InputIds"><c>[rows, length]</c>, row by row.</param>
/// <param name="AttentionMask">1 where there is a token, 0 where there is padding; same shape.</param>
/// <param name="TokenTypeIds">Which text of a pair a token belongs to, 0 in padding and for families without token types; same shape.</param>
/// <param name="Rows">Number of texts.</param>
/// <param name="Length">Tokens of the longest.</param>
internal sealed record PaddedBatch(long[] InputIds, long[] AttentionMask, long[] TokenTypeIds, int Rows, int Length)
{
    /// <summary>Pads texts to the longest of them. A text without a token becomes one padding token that is read, since a model reads at least one.</summary>
    public static PaddedBatch Of(IReadOnlyList<ModelInput> rows, int padTokenId)
    {
        var length = Math.Max(1, rows.Max(r => r.InputIds.Length));
        var ids = new long[rows.Count * length];
        var mask = new long[ids.Length];
        var types = new long[ids.Length];
        Array.Fill(ids, padTokenId);
        for (var row = 0; row < rows.Count; row++)
        {
            var (start, count) = (row * length, rows[row].InputIds.Length);
            for (var i = 0; i < count; i++)
            {
                ids[start + i] = rows[row].InputIds[i];
                types[start + i] = rows[row].TokenTypeIds?[i] ?? 0;
            }

            mask.AsSpan(start, Math.Max(1, count)).Fill(1);
        }

        return new PaddedBatch(ids, mask, types, rows.Count, length);
    }
}
