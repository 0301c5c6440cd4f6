namespace Pipeline.Functions.Serving;

/// <summary>Groups texts of like length, so that little is computed on padding.</summary>
internal static class TokenBatches
{
    /// <summary>Plans the batches.</summary>
    /// <param name="lengths">Tokens of each text.</param>
    /// <param name="budget">Tokens of a batch, padding included. A text over it is a batch of its own.</param>
    /// <returns>Indices into <paramref name="lengths"/>, each exactly once; the longest texts first, so that memory grows once.</returns>
    public static IEnumerable<int[]> Plan(IReadOnlyList<int> lengths, int budget)
    {
        var order = Enumerable.Range(0, lengths.Count).OrderByDescending(i => lengths[i]).ToArray();
        for (var start = 0; start < order.Length;)
        {
            // The first is the longest, and the rest is padded to it.
            var rows = Math.Clamp(budget / Math.Max(1, lengths[order[start]]), 1, order.Length - start);
            yield return order[start..(start + rows)];
            start += rows;
        }
    }
}
