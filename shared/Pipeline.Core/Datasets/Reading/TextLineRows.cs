using System.Text;

namespace Pipeline.Core.Datasets.Reading;

/// <summary>Rows of a <c>.txt</c> file whose lines hold label and text.</summary>
internal static class TextLineRows
{
    /// <summary>Reads the rows.</summary>
    public static IEnumerable<RawRow> Read(Utf8Buffer buffer, ReadingOptions options, ReadingPlan plan, FindingLog findings)
    {
        if (plan.LineStyle == LineStyle.Delimited)
            return DelimitedRows.Read(buffer, options, plan, findings);
        return ReadLines(buffer, options, plan, findings);
    }

    private static IEnumerable<RawRow> ReadLines(Utf8Buffer buffer, ReadingOptions options, ReadingPlan plan, FindingLog findings)
    {
        var lines = new TextLines(buffer);
        var reader = new LabelReader(options, plan);
        while (lines.Read())
        {
            if (lines.IsCut)
            {
                findings.Add(FindingKind.HugeText, lines.Line, Encoding.UTF8.GetString(lines.Current[..500]));
                yield return RawRow.Unreadable(lines.Line);
                continue;
            }

            var line = Encoding.UTF8.GetString(lines.Current);
            if (string.IsNullOrWhiteSpace(line))
                continue;
            if (plan.LineStyle == LineStyle.FirstWord)
            {
                var (label, text) = FirstWordLine.Parse(line);
                yield return new RawRow(lines.Line, text, null, reader.Read(label, lines.Line));
            }
            else
            {
                var (labels, text) = FastTextLine.Parse(line);
                var none = labels.Count == 0 && plan.ProblemType != ProblemType.MultiLabelClassification;
                yield return new RawRow(lines.Line, text, null, none ? null : reader.Of(labels, lines.Line));
            }
        }
    }
}
