using System.Text;

namespace Pipeline.Core.Datasets;

/// <summary>Rows of a CSV or TSV file. The first record is the header.</summary>
internal static class DelimitedRows
{
    // A header longer than this is no header.
    private const int LongestHeader = 100_000;

    /// <summary>Reads the rows after the header.</summary>
    public static IEnumerable<RawRow> Read(Stream stream, DatasetFormat format, string? textColumn, string? labelColumn, FindingLog findings)
    {
        var text = new Utf8TextReader(stream);
        while (text.Peek() is '\n' or '\r')
            text.Read();
        var headerLine = text.Line;
        var header = ReadLine(text);
        if (string.IsNullOrWhiteSpace(header))
            throw new DatasetRejectedException(FindingKind.EmptyFile, "The file is empty.");

        var delimiter = format == DatasetFormat.Tsv ? '\t' : DelimiterSniffer.Sniff(header);
        var multiline = format == DatasetFormat.Csv;
        var names = new DelimitedRecordReader(
            new Utf8TextReader(new MemoryStream(Encoding.UTF8.GetBytes(header))), delimiter, multiline).Read()!.ToArray();
        var (textIndex, labelIndex) = ColumnNames.Find(names, textColumn, labelColumn, headerLine);

        var records = new DelimitedRecordReader(text, delimiter, multiline);
        while (records.Read() is { } fields)
        {
            if (fields.Count == names.Length)
            {
                yield return new RawRow(records.Line, fields[textIndex], fields[labelIndex]);
            }
            else
            {
                findings.Add(
                    FindingKind.RaggedRow, records.Line,
                    $"{fields.Count} fields, the header has {names.Length}: {string.Join(delimiter, fields)}");
                yield return new RawRow(records.Line, null, null);
            }
        }
    }

    // Line breaks inside a quoted column name are kept, so that the header may span lines as any record may.
    private static string ReadLine(Utf8TextReader text)
    {
        var line = new StringBuilder();
        var quoted = false;
        for (var c = text.Read(); c >= 0 && (c != '\n' || quoted) && line.Length < LongestHeader; c = text.Read())
        {
            quoted ^= c == '"';
            line.Append((char)c);
        }

        return line.ToString();
    }
}
