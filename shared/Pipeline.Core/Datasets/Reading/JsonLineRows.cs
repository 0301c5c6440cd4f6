using System.Text;

namespace Pipeline.Core.Datasets.Reading;

/// <summary>Rows of a JSON Lines file.</summary>
internal static class JsonLineRows
{
    /// <summary>Decides on the columns from the first rows; nothing is consumed.</summary>
    public static ReadingPlan Plan(Utf8Buffer buffer, ReadingOptions options, FindingLog findings)
    {
        var sample = new JsonSample();
        for (var size = Sample.EnoughBytes; ; size *= 8)
        {
            buffer.Fill(size);
            using var shown = new Utf8Buffer(new MemoryStream(buffer.Available.ToArray()));
            var lines = new TextLines(shown);
            while (sample.Count < Sample.Enough && lines.Read())
                sample.Add(lines.Current, lines.Line);
            if (sample.Count > 0)
                return sample.Find(options, findings);
            // No row among so much: what is read has none, or its first one is longer than any honest one.
            if (buffer.HasAll || size > Utf8Buffer.LongestRecord)
                return new ReadingPlan();
        }
    }

    /// <summary>Reads the rows.</summary>
    public static IEnumerable<RawRow> Read(Utf8Buffer buffer, ReadingOptions options, ReadingPlan plan, FindingLog findings)
    {
        var lines = new TextLines(buffer);
        var rows = new JsonRowReader(options, plan);
        while (lines.Read())
        {
            if (lines.Current.Trim(" \t"u8).IsEmpty)
                continue;
            var row = lines.IsCut ? null : rows.Read(lines.Current, lines.Line);
            if (row is null)
            {
                findings.Add(
                    lines.IsCut ? FindingKind.HugeText : FindingKind.BadJson, lines.Line,
                    Encoding.UTF8.GetString(lines.Current[..Math.Min(lines.Current.Length, 500)]));
            }

            yield return row ?? RawRow.Unreadable(lines.Line);
        }
    }
}
