using Pipeline.Core.Datasets;

namespace Pipeline.Core.Findings;

/// <summary>Rows whose text stands in the dataset before.</summary>
/// <param name="Exact">The same text and labels.</param>
/// <param name="Conflicting">The same text with other labels, or another number.</param>
/// <param name="Near">Nearly the same text, the same labels.</param>
/// <param name="NearConflicting">Nearly the same text with other labels.</param>
/// <param name="AcrossSplits">The same text in another of the given splits.</param>
public sealed record DuplicateCounts(long Exact, long Conflicting, long Near, long NearConflicting, long AcrossSplits)
{
    /// <summary>Takes the counts from what was found.</summary>
    public static DuplicateCounts Of(FindingLog findings) => new(
        findings.Count(FindingKind.DuplicateText), findings.Count(FindingKind.ConflictingLabels) + findings.Count(FindingKind.ConflictingTargets),
        findings.Count(FindingKind.NearDuplicate), findings.Count(FindingKind.NearConflict), findings.Count(FindingKind.SplitOverlap));
}
