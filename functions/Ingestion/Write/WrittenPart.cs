using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;

namespace Pipeline.Functions.Ingestion.Write;

/// <summary>What the second pass made of a part.</summary>
internal sealed record WrittenPart
{
    /// <summary>The part.</summary>
    public required int Number { get; init; }

    /// <summary>The splits by name.</summary>
    public required IReadOnlyDictionary<string, SplitSummary> Splits { get; init; }

    /// <summary>For each label id the rows in the training, validation and test split.</summary>
    public required IReadOnlyList<int[]> LabelRows { get; init; }

    /// <summary>How many texts have so many tokens.</summary>
    public required IReadOnlyDictionary<int, long> Lengths { get; init; }

    /// <summary>Sums parts up, in their order.</summary>
    public static WrittenPart Sum(IReadOnlyList<WrittenPart> parts) => parts.Count == 1 ? parts[0] : new WrittenPart
    {
        Number = 0,
        Splits = Enum.GetValues<Split>().ToDictionary(s => s.Name(), s => Sum(parts.Select(p => p.Splits[s.Name()]))),
        LabelRows = [.. parts[0].LabelRows.Index().Select(label => Enumerable.Range(0, 3).Select(s => parts.Sum(p => p.LabelRows[label.Index][s])).ToArray())],
        Lengths = parts.SelectMany(p => p.Lengths).GroupBy(l => l.Key, l => l.Value).ToDictionary(g => g.Key, g => g.Sum()),
    };

    private static SplitSummary Sum(IEnumerable<SplitSummary> parts) => parts.Aggregate((a, b) =>
        new SplitSummary(a.Rows + b.Rows, a.Tokens + b.Tokens, Math.Max(a.LongestRow, b.LongestRow), [.. a.Shards, .. b.Shards]));
}
