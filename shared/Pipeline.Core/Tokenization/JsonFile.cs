using System.Text.Json;

namespace Pipeline.Core.Tokenization;

/// <summary>Reads JSON files, and members that may be missing or null.</summary>
internal static class JsonFile
{
    /// <exception cref="InvalidDataException">The file is not JSON.</exception>
    public static JsonElement Read(string path)
    {
        using var file = File.OpenRead(path);
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(file);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} is not JSON: {e.Message}", e);
        }
    }

    /// <summary>The object in a file; null where there is no such file.</summary>
    /// <exception cref="InvalidDataException">The file holds no JSON object.</exception>
    public static JsonElement? FindObject(string path)
    {
        if (!File.Exists(path))
            return null;
        var root = Read(path);
        return root.ValueKind == JsonValueKind.Object ? root : throw new InvalidDataException($"{path} is not a JSON object.");
    }

    public static void Write<T>(string path, T value) =>
        File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(value, PipelineJson.Indented));

    public static JsonElement? Optional(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public static string? Text(JsonElement parent, string name) =>
        Optional(parent, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public static bool? Flag(JsonElement parent, string name) => Optional(parent, name) is { } flag ? flag.GetBoolean() : null;

    /// <summary>The <c>type</c> of a part of a <c>tokenizer.json</c>.</summary>
    public static string? TypeOf(JsonElement? element) => element is { } e ? Text(e, "type") : null;
}
