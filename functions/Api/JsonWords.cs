using System.Text.Json;

namespace Pipeline.Functions.Api;

/// <summary>What a value of JSON is called in a message.</summary>
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
}
