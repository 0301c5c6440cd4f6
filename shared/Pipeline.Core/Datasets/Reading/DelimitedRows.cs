using System.Text;

namespace Pipeline.Core.Datasets.Reading;

/// <summary>Rows of delimited text.</summary>
internal static class DelimitedRows
{
    /// <summary>Reads the rows after the header, where the plan says there is one.</summary>
    public static IEnumerable<RawRow> Read(Utf8Buffer buffer, ReadingOptions options, ReadingPlan plan, FindingLog findings)
    {
        var records = new DelimitedRecordReader(buffer, (byte)plan.Delimiter, plan.Quoting, plan.FieldCount);
        var labels = new LabelReader(options, plan);
        if (plan.HasHeader)
            records.Read();
        while (records.Read())
        {
            if (records.IsCut)
            {
                findings.Add(FindingKind.HugeText, records.Line, Excerpt(records.Record));
                yield return RawRow.Unreadable(records.Line);
            }
            else if (records.Count != plan.FieldCount)
            {
                findings.Add(FindingKind.RaggedRow, records.Line, $"{records.Count} fields instead of {plan.FieldCount}: {Excerpt(records.Record)}");
                yield return RawRow.Unreadable(records.Line);
            }
            else
            {
                yield return new RawRow(
                    records.Line,
                    plan.Text.Count == 1 ? records.Text(plan.Text[0].Index) : JoinedText.Of(plan.Text.Select(c => records.Text(c.Index))),
                    plan.Pair is { } pair ? records.Text(pair.Index) : null,
                    Labels(records, plan.Label.Index, labels));
            }
        }
    }

    // Without a string where the bytes are the text.
    private static IReadOnlyList<string>? Labels(DelimitedRecordReader records, int index, LabelReader labels)
    {
        var raw = records.Raw(index);
        return raw.ContainsAny((byte)'"', (byte)'\r') ? labels.Read(records.Text(index), records.Line) : labels.Read(raw, records.Line);
    }

    private static string Excerpt(ReadOnlySpan<byte> record) => Encoding.UTF8.GetString(record[..Math.Min(record.Length, 500)]);
}
