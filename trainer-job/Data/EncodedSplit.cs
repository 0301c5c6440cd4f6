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
}
