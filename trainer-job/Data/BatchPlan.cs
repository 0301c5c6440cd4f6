namespace Pipeline.Trainer.Data;

/// <summary>
/// Which examples go into which batch. Examples of like length are put together, so that little is padded;
/// the result depends on nothing but the arguments, so a resumed run finds the same batches.
/// </summary>
internal static class BatchPlan
{
    // Sorting by length only within groups of this many batches keeps chance in their make-up.
    private const int BatchesPerGroup = 16;

    /// <summary>The batches of a training epoch, in a random order that <paramref name="seed"/> and <paramref name="epoch"/> fix. All but one are full.</summary>
    /// <param name="lengths">Tokens of each example.</param>
    /// <param name="batchSize">Examples of a batch.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="epoch">From 0.</param>
    /// <returns>Of each batch the examples, the shortest first.</returns>
    public static int[][] ForEpoch(IReadOnlyList<int> lengths, int batchSize, int seed, int epoch)
    {
        var random = new Random(StepSeed.Of(seed, StepSeed.Stream.Order, epoch));
        int[] order = [.. Enumerable.Range(0, lengths.Count)];
        random.Shuffle(order);
        var batches = order
            .Chunk(batchSize * BatchesPerGroup)
            .SelectMany(group => group.OrderBy(i => lengths[i]).Chunk(batchSize))
            .ToArray();
        random.Shuffle(batches);
        return batches;
    }

    /// <summary>A batch in parts that fit in memory.</summary>
    /// <param name="batch">Its examples, the shortest first.</param>
    /// <param name="lengths">Tokens of each example.</param>
    /// <param name="maxTokens">Tokens of a part with its padding, at most; a longer example stands alone.</param>
    public static IEnumerable<int[]> Fitting(IEnumerable<int> batch, IReadOnlyList<int> lengths, int maxTokens) =>
        Fill(batch, lengths, int.MaxValue, maxTokens);

    /// <summary>Batches for evaluation, where the make-up of a batch changes nothing; shortest examples first.</summary>
    /// <param name="lengths">Tokens of each example.</param>
    /// <param name="batchSize">Examples of a batch, at most.</param>
    /// <param name="maxTokens">Tokens of a batch with its padding, at most; a longer example stands alone.</param>
    public static IEnumerable<int[]> ForEvaluation(IReadOnlyList<int> lengths, int batchSize, int maxTokens) =>
        Fill(Enumerable.Range(0, lengths.Count).OrderBy(i => lengths[i]), lengths, batchSize, maxTokens);

    private static IEnumerable<int[]> Fill(IEnumerable<int> ascending, IReadOnlyList<int> lengths, int batchSize, int maxTokens)
    {
        var batch = new List<int>();
        foreach (var i in ascending)
        {
            // Ascending: the new example is the longest, and the others would be padded to it.
            if (batch.Count == batchSize || (batch.Count > 0 && (batch.Count + 1L) * lengths[i] > maxTokens))
            {
                yield return [.. batch];
                batch.Clear();
            }

            batch.Add(i);
        }

        if (batch.Count > 0)
            yield return [.. batch];
    }
}
