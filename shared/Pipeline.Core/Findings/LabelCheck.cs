using Pipeline.Core.Datasets;

namespace Pipeline.Core.Findings;

/// <summary>Checks the labels of a dataset as a whole.</summary>
public static class LabelCheck
{
    /// <summary>A label with fewer different texts is too small to learn.</summary>
    public const int SmallClass = 10;

    /// <summary>A label with a greater share of all rows leaves too little to the others.</summary>
    public const double ExtremeShare = 0.95;

    /// <summary>Notes labels with few texts, labels that are spelled in several ways, and one that has nearly all rows.</summary>
    /// <param name="findings">Takes them.</param>
    /// <param name="labels">Every label, as it will be trained.</param>
    public static void Note(FindingLog findings, IReadOnlyList<LabelTally> labels)
    {
        foreach (var label in labels.Where(l => l.Texts < SmallClass).OrderBy(l => l.Texts).ThenBy(l => l.Name, StringComparer.Ordinal))
            findings.Add(FindingKind.SmallClass, label.FirstLine, $"'{label.Name}' has {Count(label.Texts, "different text")}", label.File);
        foreach (var group in LabelVariants.Groups(labels))
        {
            findings.Add(
                FindingKind.LabelVariants, group.Max(l => l.FirstLine),
                string.Join(", ", group.Select(l => $"'{l.Name}' ({Count(l.Rows, "row")}{(l.FirstLine is { } line ? $", first on line {line}" : "")})")),
                group[0].File);
        }

        var rows = labels.Sum(l => l.Rows);
        if (labels.Count > 1 && labels.MaxBy(l => l.Rows) is { } most && most.Rows > ExtremeShare * rows)
        {
            findings.Add(FindingKind.ImbalancedLabels, null, FormattableString.Invariant(
                $"'{most.Name}' has {most.Rows} of {rows} rows ({100.0 * most.Rows / rows:0.0}%)"));
        }
    }

    private static string Count(long number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";
}
