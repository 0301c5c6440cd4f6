using Pipeline.Core.Datasets.Reading;

namespace Pipeline.Core.Datasets;

/// <summary>Reads a dataset row by row, in memory that does not grow with the file, and notes what is wrong with it.</summary>
public static class DatasetReader
{
    /// <summary>Characters of a text; a longer one is left out.</summary>
    public const int LongestText = 1_000_000;

    /// <summary>The rows that can be used.</summary>
    /// <param name="content">The blob's content, from its beginning.</param>
    /// <param name="file">What the blob's name says.</param>
    /// <param name="options">How it is to be read; without a <see cref="ReadingOptions.Plan"/> the first rows decide what they leave open.</param>
    /// <param name="findings">Takes what is found; rows that are left out are counted there.</param>
    /// <exception cref="DatasetRejectedException">The file cannot be read to its end, or has no text or label column. Thrown while rows are taken.</exception>
    public static IEnumerable<DatasetRow> Read(Stream content, DatasetFile file, ReadingOptions options, FindingLog findings)
    {
        using var source = RowSource.Open(content, file, options, findings);
        var isMulti = source.Plan.ProblemType == ProblemType.MultiLabelClassification;
        var isRegression = source.Plan.ProblemType == ProblemType.Regression;
        long number = 0;
        foreach (var row in source.Rows)
        {
            number++;
            if (row.Text is null || !UsableRow.Is(row, isMulti, findings))
                continue;
            var target = isRegression ? TargetField.Read(row, findings) : null;
            if (target is not null || !isRegression)
                yield return new DatasetRow(number, row.Line, row.Text, row.TextPair, row.Labels!, row.Split, row.File, target);
        }

        if (number == 0 && options.Plan is null)
            throw new DatasetRejectedException(FindingKind.EmptyFile, "The file has no rows.");
    }

    /// <summary>
    /// Decides from the first rows how a dataset is read, and sets it as <see cref="ReadingOptions.Plan"/>. A part of a file that is cut
    /// at record boundaries is then read with the same plan; all but the first with <see cref="ReadingPlan.HasHeader"/> off.
    /// </summary>
    /// <param name="content">The blob's content, from its beginning; as much as is needed is read.</param>
    /// <param name="file">What the blob's name says.</param>
    /// <param name="options">What the user says.</param>
    /// <param name="findings">Takes a note where content decided on the columns.</param>
    /// <exception cref="DatasetRejectedException">The first rows cannot be read, or have no text or label column.</exception>
    public static ReadingOptions Plan(Stream content, DatasetFile file, ReadingOptions options, FindingLog findings)
    {
        using var source = RowSource.Open(content, file, options with { Plan = null }, findings);
        return options with { Plan = source.Plan };
    }
}
