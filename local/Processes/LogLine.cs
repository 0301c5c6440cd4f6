using System.Text.Json;

namespace Pipeline.Local.Processes;

/// <summary>Makes a child's log entries readable: the programs log JSON, one object a line, as a container platform wants it.</summary>
internal static class LogLine
{
    /// <summary>The entry as level, message and exception; a line that is no such entry stays as it is.</summary>
    public static string Readable(string line)
    {
        if (!line.StartsWith("{\"Timestamp\"", StringComparison.Ordinal))
            return line;
        try
        {
            using var json = JsonDocument.Parse(line);
            var entry = json.RootElement;
            var level = Text(entry, "LogLevel");
            var exception = Text(entry, "Exception");
            return $"{(level is "Information" ? "" : $"{level}: ")}{Text(entry, "Message")}{(exception.Length > 0 ? $" | {exception}" : "")}".ReplaceLineEndings(" ").TrimEnd();
        }
        catch (JsonException)
        {
            return line;
        }
    }

    private static string Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
