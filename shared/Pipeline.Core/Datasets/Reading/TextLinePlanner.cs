using System.Text;

namespace Pipeline.Core.Datasets.Reading;

/// <summary>Decides how the lines of a <c>.txt</c> file hold label and text.</summary>
internal static class TextLinePlanner
{
    private const int FewestLines = 4;

    /// <summary>The plan, from what the buffer shows; nothing is consumed.</summary>
    public static ReadingPlan Plan(Utf8Buffer buffer, ReadingOptions options, FindingLog findings)
    {
        buffer.Fill(Sample.EnoughBytes);
        var lines = Lines(buffer.Available.ToArray(), buffer.HasAll);
        if (lines.Count == 0)
            throw new DatasetRejectedException(FindingKind.EmptyFile, "The file is empty.");

        var labelled = lines.Count(l => FastTextLine.HasLabel(l.Text));
        if (labelled * 2 > lines.Count)
        {
            var several = lines.Any(l => FastTextLine.Parse(l.Text).Labels.Count > 1);
            return new ReadingPlan
            {
                LineStyle = LineStyle.FastText,
                ProblemType = options.ProblemType ?? (several ? ProblemType.MultiLabelClassification : ProblemType.SingleLabelClassification),
            };
        }

        if (options.Delimiter is not null || lines.Count(l => l.Text.Contains('\t')) * 10 >= lines.Count * 9)
            return DelimitedPlanner.Plan(buffer, DatasetFormat.Text, options, findings) with { LineStyle = LineStyle.Delimited };
        return FirstWord(lines, options, findings);
    }

    private static ReadingPlan FirstWord(List<(string Text, long Line)> lines, ReadingOptions options, FindingLog findings)
    {
        // The first word as a column, so that names and numbers of labels are found as in any other.
        var sample = new Sample(["label"], [.. lines.Select(l => new[] { new Cell(Cut(FirstWordLine.Parse(l.Text).Label, options.LabelUntil)) })], lines[0].Line);
        var distinct = sample.Values(sample.Columns[0]).Select(c => c.Text).Distinct().Count();
        if (lines.Count >= FewestLines && distinct * 2 > lines.Count && options.ProblemType != ProblemType.Regression)
        {
            throw new DatasetRejectedException(
                FindingKind.NoLabelColumn,
                $"The lines have neither '__label__' nor a tab, and their first words are no labels: {distinct} different ones in {lines.Count} lines.", lines[0].Line);
        }

        findings.Add(FindingKind.ColumnsByContent, null, $"label is the first word of each line ({distinct} different ones in the first {lines.Count} lines)");
        var numbered = ColumnFinder.Find(sample, options with { TextColumns = "label", TextPairColumn = null, LabelColumn = "label" }, new ReadingPlan(), findings);
        return numbered with { LineStyle = LineStyle.FirstWord };
    }

    private static string Cut(string label, string? until) =>
        until is not null && label.IndexOf(until, StringComparison.Ordinal) is >= 0 and var end ? label[..end] : label;

    private static List<(string Text, long Line)> Lines(byte[] text, bool isWhole)
    {
        using var buffer = new Utf8Buffer(new MemoryStream(text));
        var reader = new TextLines(buffer);
        var lines = new List<(string, long)>();
        while (lines.Count < Sample.Enough && reader.Read())
            lines.Add((Encoding.UTF8.GetString(reader.Current), reader.Line));
        if (!isWhole && lines.Count is > 1 and < Sample.Enough)
            lines.RemoveAt(lines.Count - 1);
        return lines;
    }
}
