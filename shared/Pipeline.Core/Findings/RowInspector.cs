using Pipeline.Core.Datasets;

namespace Pipeline.Core.Findings;

/// <summary>
/// Takes the checked rows of a part of a dataset in their order, and writes a signature of each for <see cref="NearDuplicates"/>.
/// Parts are merged in the order of the dataset (<see cref="FindingLog.Merge"/>, <see cref="TextStatistics.Merge"/>).
/// </summary>
/// <param name="findings">Takes what is found in the part.</param>
/// <param name="signatures">Takes <see cref="RowSignature.Size"/> bytes for each row; null where near copies are not looked for.</param>
public sealed class RowInspector(FindingLog findings, Stream? signatures = null)
{
    /// <summary>What was counted.</summary>
    public TextStatistics Statistics { get; } = new();

    /// <summary>Takes a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="result">What <see cref="RowCheck"/> found in it.</param>
    public void Take(in DatasetRow row, in CheckedRow result)
    {
        foreach (var (kind, excerpt) in result.Found ?? [])
            findings.Add(kind, row.Line, excerpt, row.File);
        if (result.Language is { } language)
            Statistics.Languages.Add(language, row.Line, row.File, row.Text);
        Statistics.Characters.Add(row.Text.Length + (row.TextPair?.Length ?? 0));
        signatures?.Write(result.Signature);
    }
}
