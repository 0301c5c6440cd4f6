namespace Pipeline.Functions.Serving.Batching;

/// <summary>Chooses which of the waiting texts are run together.</summary>
internal static class BatchChoice
{
    /// <summary>Takes the text that has waited longest, and beside it those whose lengths are nearest to its own, so that little is computed on padding.</summary>
    /// <param name="lengths">Tokens of each waiting text, at least 1 each, in the order of arrival; at least one text.</param>
    /// <param name="budget">Tokens of a batch, padding included. A first text over it is a batch of its own.</param>
    /// <returns>Indices into <paramref name="lengths"/>, shortest text first.</returns>
    public static int[] Of(IReadOnlyList<int> lengths, int budget)
    {
        // Texts of one length stay in the order of arrival.
        var order = Enumerable.Range(0, lengths.Count).OrderBy(i => lengths[i]).ToArray();
        var low = Array.IndexOf(order, 0);
        var high = low;
        while (true)
        {
            var rows = high - low + 2; // with one more
            var longest = lengths[order[high]];
            int? shorter = low > 0 && (long)rows * longest <= budget ? longest - lengths[order[low - 1]] : null;
            // All that are in the batch are padded to a longer one.
            int? longer = high < order.Length - 1 && (long)rows * lengths[order[high + 1]] <= budget
                ? (rows - 1) * (lengths[order[high + 1]] - longest)
                : null;
            if (shorter is null && longer is null)
                return order[low..(high + 1)];
            if (longer is null || shorter < longer)
                low--;
            else
                high++;
        }
    }
}
