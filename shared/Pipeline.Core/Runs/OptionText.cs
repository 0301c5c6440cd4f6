using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pipeline.Core.Schemas;

namespace Pipeline.Core.Runs;

/// <summary>Values of options on their way from text to JSON.</summary>
internal static class OptionText
{
    /// <summary>Takes a text for what the option expects. What does not fit stays a text, and its check says so.</summary>
    public static LocatedJson Read(string text, JsonSchema? option)
    {
        var asText = new LocatedJson(JsonValueKind.String, 0, text, [], []);
        var trimmed = text.Trim();
        var isNested = trimmed is ['[' or '{', ..];
        if (option is null || (option.Allows("string") && !MayBeOther(option, trimmed, isNested)))
            return asText;
        try
        {
            // Some write truth values in another case than JSON.
            return LocatedJson.Parse(Encoding.UTF8.GetBytes(isNested ? trimmed : trimmed.ToLowerInvariant()));
        }
        catch (JsonException)
        {
            return asText;
        }
    }

    // Of an option that takes texts too, what looks like its other kind is that.
    private static bool MayBeOther(JsonSchema option, string text, bool isNested) => isNested
        ? option.Allows("array") || option.Allows("object")
        : (option.Allows("number") || option.Allows("integer")) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    /// <summary>The options as the serializer takes them: no editor's keys, and whole numbers written as such.</summary>
    public static JsonObject ToJson(LocatedJson options)
    {
        var json = new JsonObject();
        foreach (var (name, _, value) in options.Members.Where(m => m.Name[0] != '$' && m.Value.Kind != JsonValueKind.Null))
            json[name] = Node(value);
        return json;
    }

    private static JsonNode? Node(LocatedJson value) => value.Kind switch
    {
        JsonValueKind.Object => new JsonObject(value.Members.Select(m => KeyValuePair.Create(m.Name, Node(m.Value)))),
        JsonValueKind.Array => new JsonArray([.. value.Items.Select(Node)]),
        JsonValueKind.String => JsonValue.Create(value.Raw),
        JsonValueKind.Number => Number(double.Parse(value.Raw, NumberStyles.Float, CultureInfo.InvariantCulture)),
        JsonValueKind.True => JsonValue.Create(true),
        JsonValueKind.False => JsonValue.Create(false),
        _ => null,
    };

    // 3.0 and 3e0 are whole numbers in JSON Schema, and the serializer takes 3 only.
    private static JsonValue Number(double number) =>
        number == Math.Floor(number) && Math.Abs(number) < 1L << 53 ? JsonValue.Create((long)number) : JsonValue.Create(number);
}
