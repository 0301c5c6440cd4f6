namespace Pipeline.Core.Datasets.Reading;

/// <summary>What a row needs to be used.</summary>
internal static class UsableRow
{
    /// <summary>Whether the row has it; what is missing is noted.</summary>
    public static bool Is(RawRow row, bool isMultiLabel, FindingLog findings)
    {
        if (string.IsNullOrWhiteSpace(row.Text) || (row.TextPair is { } pair && string.IsNullOrWhiteSpace(pair)))
            return Leave(FindingKind.EmptyText, row.Labels is [var label, ..] ? $"label '{label}'" : "");
        if (row.Labels is null || (!isMultiLabel && row.Labels.Count == 0))
            return Leave(FindingKind.MissingLabel, row.Text);
        if (!isMultiLabel && row.Labels.Count > 1)
            return Leave(FindingKind.SeveralLabels, $"{string.Join(", ", row.Labels.Take(5))}: {row.Text[..Math.Min(row.Text.Length, 200)]}");
        if (row.Text.Length > DatasetReader.LongestText || row.TextPair?.Length > DatasetReader.LongestText)
            return Leave(FindingKind.HugeText, row.Text);
        return true;

        bool Leave(FindingKind kind, string excerpt)
        {
            findings.Add(kind, row.Line, excerpt, row.File);
            return false;
        }
    }
}
