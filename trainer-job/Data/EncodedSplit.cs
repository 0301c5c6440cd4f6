namespace Pipeline.Trainer.Data;

/// <summary>A split in memory: whole token sequences with their class ids.</summary>
/// <param name="InputIds">Token ids of each example, uncut.</param>
/// <param name="Labels">Class id of each example.</param>
internal sealed record EncodedSplit(IReadOnlyList<int[]> InputIds, IReadOnlyList<int> Labels)
{
    public int Count => InputIds.Count;

    /// <summary>The same examples, each cut to its first tokens; an empty one becomes a single pad token, since a model needs something to read.</summary>
    public EncodedSplit Truncate(int maxLength, int padTokenId) => this with
    {
        InputIds = [.. InputIds.Select(ids => ids.Length switch
        {
            0 => [padTokenId],
            var n when n > maxLength => ids[..maxLength],
            _ => ids,
        })],
    };

    /// <summary>
    /// Some of the examples, each at most <paramref name="maxLength"/> tokens. Of a longer one, its beginning is taken,
    /// or with the given probability a window at a random place, so that training sees all of the text in time.
    /// </summary>
    /// <param name="rows">Which ones.</param>
    /// <param name="maxLength">Tokens of an example, at most.</param>
    /// <param name="windowProbability">0 to 1.</param>
    /// <param name="seed">Of the choice.</param>
    public EncodedSplit Sample(int[] rows, int maxLength, double windowProbability, int seed)
    {
        var random = new Random(seed);
        return new EncodedSplit([.. rows.Select(Cut)], [.. rows.Select(i => Labels[i])]);

        int[] Cut(int i)
        {
            var ids = InputIds[i];
            if (ids.Length <= maxLength)
                return ids;
            var start = random.NextDouble() < windowProbability ? random.Next(ids.Length - maxLength + 1) : 0;
            return ids[start..(start + maxLength)];
        }
    }
}
