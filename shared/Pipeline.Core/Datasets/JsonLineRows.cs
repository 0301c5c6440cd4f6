using System.Text;
using System.Text.Json;

namespace Pipeline.Core.Datasets;

/// <summary>Rows of a JSON Lines file. The columns are found in the first object.</summary>
internal static class JsonLineRows
{
    // No honest row is longer; without a bound a file without line breaks would be held whole.
    private const int LongestLine = 16_000_000;

    /// <summary>Reads the rows.</summary>
    public static IEnumerable<RawRow> Read(Stream stream, string? textColumn, string? labelColumn, FindingLog findings)
    {
        var text = new Utf8TextReader(stream);
        var line = new StringBuilder();
        (string Text, string Label)? columns = null;
        while (text.Peek() >= 0)
        {
            var number = text.Line;
            ReadLine(text, line);
            var content = line.ToString();
            if (string.IsNullOrWhiteSpace(content))
                continue;
            using var json = Parse(content);
            if (json is not { RootElement.ValueKind: JsonValueKind.Object })
            {
                findings.Add(FindingKind.BadJson, number, content);
                yield return new RawRow(number, null, null);
                continue;
            }

            columns ??= FindColumns(json.RootElement, textColumn, labelColumn, number);
            yield return new RawRow(number, Value(json.RootElement, columns.Value.Text) ?? "", Value(json.RootElement, columns.Value.Label) ?? "");
        }
    }

    private static (string Text, string Label) FindColumns(JsonElement first, string? textColumn, string? labelColumn, long line)
    {
        string[] names = [.. first.EnumerateObject().Select(p => p.Name)];
        var (text, label) = ColumnNames.Find(names, textColumn, labelColumn, line);
        return (names[text], names[label]);
    }

    private static void ReadLine(Utf8TextReader text, StringBuilder line)
    {
        line.Clear();
        for (var c = text.Read(); c >= 0 && c != '\n'; c = text.Read())
        {
            if (line.Length < LongestLine)
                line.Append((char)c);
        }
    }

    private static JsonDocument? Parse(string content)
    {
        try
        {
            return JsonDocument.Parse(content);
        }
        catch (JsonException)
        {
            // The caller notes it as a finding.
            return null;
        }
    }

    // Numbers and booleans serve as labels; null, objects and arrays are no value.
    private static string? Value(JsonElement row, string column)
    {
        if (!row.TryGetProperty(column, out var value))
            return null;
        return value.ValueKind switch
        {
            JsonValueKind.String => Unescape(value),
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
            _ => null,
        };
    }

    // Half of a surrogate pair, written as an escape, is valid JSON but no text.
    private static string? Unescape(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
