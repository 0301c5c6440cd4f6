using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;

namespace Pipeline.Functions.Ingestion;

/// <summary>What the second pass wrote.</summary>
/// <param name="Splits">The splits by name.</param>
/// <param name="Lengths">Lengths of the texts in tokens.</param>
internal sealed record WrittenShards(IReadOnlyDictionary<string, SplitSummary> Splits, TokenLengths Lengths)
{
    /// <summary>Sums up.</summary>
    public static WrittenShards Of(IEnumerable<SplitWriter> splits, List<int> lengths)
    {
        lengths.Sort();
        return new WrittenShards(
            splits.ToDictionary(s => s.Name, s => s.Summary),
            new TokenLengths(At(0.5), At(0.95), lengths[^1]));

        // The smallest length that so great a share of the texts does not exceed.
        int At(double share) => lengths[Math.Max(0, (int)Math.Ceiling(share * lengths.Count) - 1)];
    }
}
