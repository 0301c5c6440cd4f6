using Pipeline.Core.Datasets;
using Pipeline.Core.Findings;

namespace Pipeline.Functions.Ingestion.Scan;

/// <summary>What is known of a part after its rows were read once. Lines count from the beginning of the part.</summary>
internal sealed record PartSummary
{
    /// <summary>The part.</summary>
    public required int Number { get; init; }

    /// <summary>Rows of the part, those that are left out included.</summary>
    public required long Rows { get; init; }

    /// <summary>Rows that are used.</summary>
    public required long RowsUsed { get; init; }

    /// <summary>Labels by their ids in the part's row table; none of a regression.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Rows of each of these labels.</summary>
    public required IReadOnlyList<long> LabelRows { get; init; }

    /// <summary>The splits that rows of the part are given.</summary>
    public required IReadOnlyList<Split> Given { get; init; }

    /// <summary>Whether a row has not exactly one label.</summary>
    public required bool IsMultiLabel { get; init; }

    /// <summary>Whether rows have a second text.</summary>
    public required bool HasPairs { get; init; }

    /// <summary>Bytes of each section of the row table; the signatures of the rows lie behind them.</summary>
    public required IReadOnlyList<long> Sections { get; init; }

    /// <summary>See <see cref="TextSample.Halvings"/>.</summary>
    public required int SampleHalvings { get; init; }

    /// <summary>Lengths and languages.</summary>
    public required TextStatistics Statistics { get; init; }

    /// <summary>What was found in the part.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }
}
