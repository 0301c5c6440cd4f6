namespace Pipeline.Core.Datasets.Reading;

/// <summary>Decides how delimited text is read: delimiter, quotes, header, columns.</summary>
internal static class DelimitedPlanner
{
    /// <summary>The plan, from what the buffer shows; nothing is consumed.</summary>
    /// <param name="buffer">The text from its beginning.</param>
    /// <param name="format">CSV; any other format has one record a line unless quotes say otherwise.</param>
    /// <param name="options">What the user says.</param>
    /// <param name="findings">Takes a note where content decided.</param>
    public static ReadingPlan Plan(Utf8Buffer buffer, DatasetFormat format, ReadingOptions options, FindingLog findings)
    {
        for (var size = Sample.EnoughBytes; ; size *= 8)
        {
            buffer.Fill(size);
            var text = buffer.Available.ToArray();
            if (text.AsSpan().Trim("\r\n \t"u8).IsEmpty)
                throw new DatasetRejectedException(FindingKind.EmptyFile, "The file is empty.");
            var isWhole = buffer.HasAll;
            var delimiter = Checked(options.Delimiter) ?? (format != DatasetFormat.Csv && text.Contains((byte)'\t') ? '\t' : DelimiterSniffer.Sniff(text, isWhole));
            var plan = Split(text, isWhole, delimiter, format, out var records);
            // A header and a row at least, if there are.
            if (records.Rows.Count >= 2 || isWhole || size > Utf8Buffer.LongestRecord)
                return Columns(plan, records, options, findings);
        }
    }

    private static ReadingPlan Split(byte[] text, bool isWhole, char delimiter, DatasetFormat format, out SampledRecords records)
    {
        if (delimiter == '\t' && format != DatasetFormat.Csv)
        {
            records = SampledRecords.Read(text, isWhole, delimiter, Quoting.Lines, 0);
            var count = records.Rows is [{ Length: >= 2 } first, ..] ? first.Length : records.UsualCount;
            records = SampledRecords.Read(text, isWhole, delimiter, Quoting.Lines, count);
            return new ReadingPlan { Delimiter = delimiter, Quoting = Quoting.Lines, FieldCount = count };
        }

        records = SampledRecords.Read(text, isWhole, delimiter, Quoting.Doubled, 0);
        var quoting = Quoting.Doubled;
        if (records.Covered < 1 && text.AsSpan().IndexOf("\\\""u8) >= 0
            && SampledRecords.Read(text, isWhole, delimiter, Quoting.Backslash, 0) is var escaped && escaped.Fit > records.Fit)
        {
            (records, quoting) = (escaped, Quoting.Backslash);
        }

        return new ReadingPlan { Delimiter = delimiter, Quoting = quoting, FieldCount = records.UsualCount };
    }

    private static ReadingPlan Columns(ReadingPlan plan, SampledRecords records, ReadingOptions options, FindingLog findings)
    {
        if (HeaderFinder.IsHeader(records.Rows, options) && records.Rows.Count > 0)
        {
            var names = records.Rows[0];
            plan = plan with { HasHeader = true, FieldCount = names.Length };
            return ColumnFinder.Find(new Sample(names, Cells(records.Rows.Skip(1), names.Length), records.Lines[0]), options, plan, findings);
        }

        var line = records.Lines.Count > 0 ? records.Lines[0] : 1;
        return ColumnFinder.Find(new Sample(null, Cells(records.Rows, plan.FieldCount), line), options, plan, findings);
    }

    private static IReadOnlyList<Cell>[] Cells(IEnumerable<string[]> rows, int count) =>
        [.. rows.Where(r => r.Length == count).Select(r => r.Select(f => new Cell(f)).ToArray())];

    private static char? Checked(char? delimiter) =>
        delimiter is '"' or '\n' or '\r' or '\0' or > '\u007F'
            ? throw new DatasetRejectedException(FindingKind.BadOptions, $"The delimiter '{delimiter}' cannot be used; it is one ASCII character that is no quote and no line break.")
            : delimiter;
}
