namespace Pipeline.Core.Datasets;

/// <summary>Reads a dataset row by row, in memory that does not grow with the file, and notes what is wrong with it.</summary>
public static class DatasetReader
{
    /// <summary>Characters of a text; a longer one is left out.</summary>
    public const int LongestText = 1_000_000;

    /// <summary>The rows that can be used.</summary>
    /// <param name="content">The blob's content, from its beginning.</param>
    /// <param name="file">What the blob's name says.</param>
    /// <param name="options">How it is to be read.</param>
    /// <param name="findings">Takes what is found; rows that are left out are counted there.</param>
    /// <exception cref="DatasetRejectedException">The file cannot be read to its end, or has no text or label column. Thrown while rows are taken.</exception>
    public static IEnumerable<DatasetRow> Read(Stream content, DatasetFile file, ReadingOptions options, FindingLog findings)
    {
        using var unpacked = file.IsGzipped ? new GunzippedStream(content) : null;
        var stream = unpacked ?? content;
        var rows = file.Format == DatasetFormat.Jsonl
            ? JsonLineRows.Read(stream, options.TextColumns?[0], options.LabelColumn, findings)
            : DelimitedRows.Read(stream, file.Format, options.TextColumns?[0], options.LabelColumn, findings);

        long number = 0;
        foreach (var row in rows)
        {
            number++;
            if (row.Text is null || row.Label is null)
                continue;
            var label = row.Label.Trim();
            if (string.IsNullOrWhiteSpace(row.Text))
                findings.Add(FindingKind.EmptyText, row.Line, $"label '{label}'");
            else if (label.Length == 0)
                findings.Add(FindingKind.MissingLabel, row.Line, row.Text);
            else if (row.Text.Length > LongestText)
                findings.Add(FindingKind.HugeText, row.Line, row.Text);
            else
                yield return new DatasetRow(number, row.Line, row.Text, null, [label], null, null);
        }

        if (number == 0)
            throw new DatasetRejectedException(FindingKind.EmptyFile, "The file has no rows below its header.");
    }
}
