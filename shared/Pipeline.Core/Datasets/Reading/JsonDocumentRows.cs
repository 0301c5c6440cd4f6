using System.Text;

namespace Pipeline.Core.Datasets.Reading;

/// <summary>Rows of one JSON document.</summary>
internal sealed class JsonDocumentRows(Utf8Buffer buffer, ReadingOptions options)
{
    private readonly JsonElements _elements = new(buffer, options.Records);
    private List<(byte[] Json, long Line, Split? Split)> _first = [];

    /// <summary>Decides on the columns from the first rows, which are kept until they are read.</summary>
    public ReadingPlan Plan(FindingLog findings)
    {
        _first = First(_elements);
        var sample = new JsonSample();
        foreach (var (json, line, _) in _first)
            sample.Add(json, line);
        return sample.Count == 0 ? new ReadingPlan() : sample.Find(options, findings);
    }

    /// <summary>Reads the rows.</summary>
    public IEnumerable<RawRow> Read(ReadingPlan plan, FindingLog findings)
    {
        var reader = new JsonRowReader(options, plan);
        foreach (var (json, line, split) in _first)
            yield return Row(reader, json, line, split, findings);
        _first = [];
        while (_elements.Read())
            yield return Row(reader, _elements.Current, _elements.Line, _elements.Split, findings);
    }

    private static List<(byte[] Json, long Line, Split? Split)> First(JsonElements elements)
    {
        var first = new List<(byte[], long, Split?)>();
        long bytes = 0;
        while (first.Count < Sample.Enough && bytes < Sample.EnoughBytes && elements.Read())
        {
            first.Add((elements.Current.ToArray(), elements.Line, elements.Split));
            bytes += elements.Current.Length;
        }

        return first;
    }

    private static RawRow Row(JsonRowReader reader, ReadOnlySpan<byte> json, long line, Split? split, FindingLog findings)
    {
        if (reader.Read(json, line) is { } row)
            return row with { Split = split };
        findings.Add(FindingKind.BadJson, line, Encoding.UTF8.GetString(json[..Math.Min(json.Length, 500)]));
        return RawRow.Unreadable(line);
    }
}
