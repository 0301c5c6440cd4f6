using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Pipeline.Core.Tokenization;

/// <summary>Reads JSON files, and members that may be missing or null.</summary>
internal static class JsonFile
{
    /// <exception cref="InvalidDataException">The file is not JSON.</exception>
    public static JsonElement Read(string path)
    {
        try
        {
            var bytes = File.ReadAllBytes(path).AsSpan();
            // Some editors put a mark of UTF-8 before the text.
            return JsonElement.Parse(bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes);
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

    /// <summary>The members of an object, which are whole numbers; where a name stands twice the later one counts.</summary>
    /// <remarks>By hand: the serializer would be set up for it first, which takes as long as reading a vocabulary.</remarks>
    /// <exception cref="JsonException">It is something else.</exception>
    public static Dictionary<string, int> WholeNumbers(JsonElement parent)
    {
        if (parent.ValueKind != JsonValueKind.Object)
            throw new JsonException($"It is {parent.ValueKind}, not an object.");
        var numbers = new Dictionary<string, int>(parent.GetPropertyCount());
        foreach (var member in parent.EnumerateObject())
        {
            numbers[member.Name] = member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetInt32(out var number)
                ? number
                : throw new JsonException($"'{member.Name}' is {member.Value}, not a whole number.");
        }

        return numbers;
    }

    public static void Write<T>(string path, T value, JsonTypeInfo<T> type) => File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(value, type));

    public static JsonElement? Optional(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public static string? Text(JsonElement parent, string name) =>
        Optional(parent, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public static bool? Flag(JsonElement parent, string name) => Optional(parent, name) is { } flag ? flag.GetBoolean() : null;

    /// <summary>The <c>type</c> of a part of a <c>tokenizer.json</c>.</summary>
    public static string? TypeOf(JsonElement? element) => element is { } e ? Text(e, "type") : null;
}
