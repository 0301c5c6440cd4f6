namespace Pipeline.Core.Datasets.Reading;

/// <summary>The first records of delimited text, split in one way that it may be meant.</summary>
/// <param name="Rows">The records.</param>
/// <param name="Lines">The line that each begins on.</param>
/// <param name="Covered">Share of the text that could be split so, 0 to 1.</param>
internal sealed record SampledRecords(IReadOnlyList<string[]> Rows, IReadOnlyList<long> Lines, double Covered)
{
    /// <summary>Splits the beginning of a text.</summary>
    /// <param name="text">The beginning.</param>
    /// <param name="isWhole">Whether it is all of it; else its last record is cut and does not count.</param>
    /// <param name="delimiter">What stands between fields.</param>
    /// <param name="quoting">What quotes mean.</param>
    /// <param name="expected">Fields of a record, or 0.</param>
    public static SampledRecords Read(byte[] text, bool isWhole, char delimiter, Quoting quoting, int expected)
    {
        using var buffer = new Utf8Buffer(new MemoryStream(text));
        var reader = new DelimitedRecordReader(buffer, (byte)delimiter, quoting, expected);
        var rows = new List<string[]>();
        var lines = new List<long>();
        long covered = 0;
        try
        {
            while (rows.Count < Sample.Enough && reader.Read() && !reader.IsCut)
            {
                rows.Add([.. Enumerable.Range(0, reader.Count).Select(reader.Text)]);
                lines.Add(reader.Line);
                covered += reader.Record.Length + 1;
            }
        }
        catch (DatasetRejectedException)
        {
            // Another way to split it may fit. Where none does, reading the file itself says so with the line.
            return new SampledRecords(rows, lines, (double)covered / text.Length);
        }

        if (!isWhole && rows.Count is > 1 and < Sample.Enough)
        {
            rows.RemoveAt(rows.Count - 1);
            lines.RemoveAt(lines.Count - 1);
        }

        return new SampledRecords(rows, lines, 1);
    }

    /// <summary>The number of fields that most records have.</summary>
    public int UsualCount => Rows.Count == 0 ? 0 : Rows.CountBy(r => r.Length).MaxBy(c => c.Value).Key;

    /// <summary>How well it fits: the share of the text in records with as many fields as most, 0 where that is one field.</summary>
    public double Fit => UsualCount < 2 ? 0 : Covered * Rows.Count(r => r.Length == UsualCount) / Rows.Count;
}
