using Pipeline.Core.Datasets;
using Pipeline.Core.Findings;
using Pipeline.Core.Runs;

namespace Pipeline.Functions.Ingestion.Write;

/// <summary>What the second pass made of a part.</summary>
internal sealed record WrittenPart
{
    /// <summary>The part.</summary>
    public required int Number { get; init; }

    /// <summary>The splits by name.</summary>
    public required IReadOnlyDictionary<string, SplitSummary> Splits { get; init; }

    /// <summary>For each label id, none of a regression, the rows in the training, validation and test split.</summary>
    public required IReadOnlyList<int[]> LabelRows { get; init; }

    /// <summary>The targets in the training, validation and test split; empty unless the dataset is one for regression.</summary>
    public IReadOnlyList<TargetTally> Targets { get; set; } = [];

    /// <summary>Lengths of the texts in tokens, with the special tokens.</summary>
    public required TokenLengthTally Lengths { get; init; }

    /// <summary>The same of the training split alone.</summary>
    public required LengthCounts TrainLengths { get; init; }

    /// <summary>Rows that the report quotes.</summary>
    public required RowQuotes Quotes { get; init; }

    /// <summary>Sums parts up, in their order.</summary>
    public static WrittenPart Sum(IReadOnlyList<WrittenPart> parts)
    {
        if (parts.Count == 1)
            return parts[0];
        var (lengths, trainLengths, quotes) = (new TokenLengthTally(), new LengthCounts(), new RowQuotes());
        foreach (var part in parts)
        {
            lengths.Merge(part.Lengths);
            trainLengths.Merge(part.TrainLengths);
            quotes.Merge(part.Quotes);
        }

        return new WrittenPart
        {
            Number = 0,
            Splits = Enum.GetValues<Split>().ToDictionary(s => s.Name(), s => Sum(parts.Select(p => p.Splits[s.Name()]))),
            LabelRows = [.. parts[0].LabelRows.Index().Select(label => Enumerable.Range(0, 3).Select(s => parts.Sum(p => p.LabelRows[label.Index][s])).ToArray())],
            Targets = [.. parts[0].Targets.Index().Select(split => Sum(parts.Select(p => p.Targets[split.Index])))],
            Lengths = lengths,
            TrainLengths = trainLengths,
            Quotes = quotes,
        };
    }

    /// <summary>Sums targets up, in the order of the dataset.</summary>
    public static TargetTally Sum(IEnumerable<TargetTally> parts)
    {
        var sum = new TargetTally();
        foreach (var part in parts)
            sum.Merge(part);
        return sum;
    }

    private static SplitSummary Sum(IEnumerable<SplitSummary> parts) => parts.Aggregate((a, b) =>
        new SplitSummary(a.Rows + b.Rows, a.Tokens + b.Tokens, Math.Max(a.LongestRow, b.LongestRow), [.. a.Shards, .. b.Shards]));
}
