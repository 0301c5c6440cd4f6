using System.Text;
using System.Text.Json;
using Pipeline.Core.Datasets.Reading;

namespace Pipeline.Core.Datasets.Inputs;

/// <summary>Makes rows that are to be classified of JSON values: an object, an array of columns, or a text alone.</summary>
internal sealed class JsonInputs(ReadingOptions options, ReadingPlan plan, InputChecks checks)
{
    private readonly JsonRowReader? _rows = plan.Text.Count > 0 ? new JsonRowReader(options, plan) : null;

    /// <summary>The row of a value.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="line">Its line.</param>
    /// <param name="json">The value.</param>
    public InputRow Read(long number, long line, ReadOnlySpan<byte> json)
    {
        json = json.Trim(" \t\r\n"u8);
        if (json is [(byte)'"', ..] && Text(json) is { } text)
            return checks.Row(number, line, Wrap("text"u8, json), text, null);
        if (_rows?.Read(json, line) is { Text: { } first } row)
            return checks.Row(number, line, json[0] == '{' ? json.ToArray() : Wrap("row"u8, json), first, row.TextPair);
        var message = $"The row is not what the first rows are, a JSON {(plan.RowsAreArrays ? "array" : "object")}: {InputChecks.Excerpt(json)}";
        return InputChecks.Bad(number, line, "{}"u8.ToArray(), FindingKind.BadJson.Id, message);
    }

    /// <summary>Rows of JSON Lines.</summary>
    public IEnumerable<InputRow> Lines(Utf8Buffer buffer)
    {
        var lines = new TextLines(buffer);
        long number = 0;
        while (lines.Read())
        {
            if (lines.IsCut)
                yield return InputChecks.TooLong(++number, lines.Line, "{}"u8.ToArray());
            else if (!lines.Current.Trim(" \t"u8).IsEmpty)
                yield return Read(++number, lines.Line, lines.Current);
        }
    }

    /// <summary>An object with one property.</summary>
    /// <param name="name">Its name; plain ASCII.</param>
    /// <param name="json">Its value.</param>
    public static byte[] Wrap(ReadOnlySpan<byte> name, ReadOnlySpan<byte> json) => [.. "{\""u8, .. name, .. "\":"u8, .. json, .. "}"u8];

    /// <summary>A text as JSON.</summary>
    public static byte[] Quoted(string text) => JsonSerializer.SerializeToUtf8Bytes(MarkedUtf8.Show(text), CoreJson.Compact.String);

    private static string? Text(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            var text = JsonScalar.Read(ref reader);
            return reader.Read() ? null : text;
        }
        catch (JsonException)
        {
            // The caller says what is wrong with the row.
            return null;
        }
    }
}

/// <summary>Rows of one JSON document that are to be classified.</summary>
internal sealed class JsonDocumentInputs(Utf8Buffer buffer, ReadingOptions options)
{
    private readonly JsonElements _elements = new(buffer, options.Records);
    private readonly List<(byte[] Json, long Line)> _first = [];

    /// <summary>Decides on the columns from the first rows, which are kept until they are read.</summary>
    public ReadingPlan Plan()
    {
        var sample = new JsonSample();
        for (long bytes = 0; _first.Count < Sample.Enough && bytes < Sample.EnoughBytes && _elements.Read(); bytes += _elements.Current.Length)
        {
            _first.Add((_elements.Current.ToArray(), _elements.Line));
            sample.Add(_elements.Current, _elements.Line);
        }

        return sample.Count == 0 ? new ReadingPlan() : sample.Find(options, new FindingLog());
    }

    /// <summary>Reads the rows.</summary>
    public IEnumerable<InputRow> Read(JsonInputs inputs)
    {
        long number = 0;
        foreach (var (json, line) in _first)
            yield return inputs.Read(++number, line, json);
        _first.Clear();
        while (_elements.Read())
            yield return inputs.Read(++number, _elements.Line, _elements.Current);
    }
}

/// <summary>Lines of a <c>.txt</c> file, each a text. Labels as fastText has them are no part of it.</summary>
internal static class LineInputs
{
    /// <summary>Reads the lines.</summary>
    public static IEnumerable<InputRow> Read(Utf8Buffer buffer, InputChecks checks)
    {
        var lines = new TextLines(buffer);
        long number = 0;
        while (lines.Read())
        {
            if (lines.IsCut)
            {
                yield return InputChecks.TooLong(++number, lines.Line, "{}"u8.ToArray());
                continue;
            }

            var line = Encoding.UTF8.GetString(lines.Current);
            if (!string.IsNullOrWhiteSpace(line))
                yield return checks.Row(++number, lines.Line, JsonInputs.Wrap("text"u8, JsonInputs.Quoted(line)), FastTextLine.Parse(line).Text, null, MarkedUtf8.IsIn(lines.Current));
        }
    }
}
