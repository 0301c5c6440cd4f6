using System.Text.Json;

namespace Pipeline.Functions.Api;

/// <summary>Values of JSON as texts, and what they are called in a message.</summary>
internal static class JsonWords
{
    /// <summary>For example <c>a number</c>.</summary>
    public static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.True or JsonValueKind.False => "a truth value",
        JsonValueKind.Number => "a number",
        JsonValueKind.String => "a text",
        JsonValueKind.Array => "a list",
        _ => "an object",
    };

    /// <summary>A number as it was written; of anything else what it is. Only a number's bytes are sure to be characters.</summary>
    public static string Number(JsonElement value) => value.ValueKind == JsonValueKind.Number ? value.GetRawText() : Kind(value);

    /// <summary>The text of a value that is one; null where it has half a surrogate pair or bytes that are no UTF-8, which the reader lets pass: <c>\ud800</c> alone is valid JSON but no character.</summary>
    public static string? Text(JsonElement value) => WithWholeCharacters(value.GetString);

    /// <summary>A property's name; null where it has such.</summary>
    public static string? Name(JsonProperty property) => WithWholeCharacters(() => property.Name);

    private static string? WithWholeCharacters(Func<string?> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
