using Pipeline.Core;
using Pipeline.Core.Datasets;
using Pipeline.Core.Datasets.Splits;
using Pipeline.Core.Findings;

namespace Pipeline.Functions.Ingestion.Join;

/// <summary>What is known of a dataset after all of its parts were looked at together.</summary>
internal sealed record JoinSummary
{
    /// <summary>Label names by id, sorted, so that the ids do not depend on the order of the rows; of a regression <see cref="ProblemTypeName.RegressionLabel"/> alone.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Spellings of labels that become another's; none where the options do not ask for it.</summary>
    public required IReadOnlyDictionary<string, string> MergedLabels { get; init; }

    /// <summary>Whether rows have one label, any number of them, or a number to be predicted.</summary>
    public required ProblemType ProblemType { get; init; }

    /// <summary>Whether rows have a second text.</summary>
    public required bool HasPairs { get; init; }

    /// <summary>Where texts go by themselves.</summary>
    public required SplitRule Rule { get; init; }

    /// <summary>For each part the rows of the parts before it.</summary>
    public required IReadOnlyList<long> RowsBefore { get; init; }

    /// <summary>Rows that are used.</summary>
    public required long RowsUsed { get; init; }

    /// <summary>Rows that are left out.</summary>
    public required long RowsLeftOut { get; init; }

    /// <summary>Lengths and languages.</summary>
    public required TextStatistics Statistics { get; init; }

    /// <summary>Texts that are nearly the same; the second pass quotes them.</summary>
    public required NearCopies NearCopies { get; init; }

    /// <summary>What was found until now.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }
}
