using Pipeline.Core.Datasets;

namespace Pipeline.Functions.Ingestion.Scan;

/// <summary>Counts the rows that cannot be used.</summary>
internal static class LeftOut
{
    private static readonly FindingKind[] Kinds =
    [
        FindingKind.EmptyText, FindingKind.MissingLabel, FindingKind.SeveralLabels, FindingKind.RaggedRow, FindingKind.BadJson, FindingKind.HugeText,
        FindingKind.TargetNoNumber, FindingKind.TargetComma, FindingKind.TargetNotFinite,
    ];

    /// <summary>How many rows the findings have left out; each such row is in one finding.</summary>
    public static long Count(FindingLog findings) => Kinds.Sum(findings.Count);
}
