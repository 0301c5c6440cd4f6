using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Pipeline.UnitTests.Functions;

/// <summary>Holds values against the schemas of an OpenAPI document: the part of JSON Schema 2020-12 that the document uses.</summary>
/// <param name="document">The document, into which references point.</param>
internal sealed class JsonSchema(JsonNode document)
{
    // They say nothing about a value; "format" is a hint to the reader.
    private static readonly string[] _notes = ["description", "default", "format"];

    /// <summary>What a reference points to; itself where it is none.</summary>
    public JsonNode Resolve(JsonNode node)
    {
        while (node is JsonObject o && (string?)o["$ref"] is { } reference)
        {
            node = document;
            foreach (var part in reference["#/".Length..].Split('/'))
                node = node[part.Replace("~1", "/", StringComparison.Ordinal)] ?? throw new InvalidDataException($"'{reference}' points to nothing.");
        }

        return node;
    }

    /// <summary>Everything that is wrong with a value; nothing where it fits.</summary>
    /// <exception cref="InvalidDataException">The schema has a keyword that is not known here: it would go unchecked.</exception>
    public IEnumerable<string> Errors(JsonNode? value, JsonNode schema, string at = "$")
    {
        foreach (var (keyword, argument) in Resolve(schema).AsObject())
        {
            if (_notes.Contains(keyword))
                continue;
            foreach (var error in Errors(value, keyword, argument!, Resolve(schema).AsObject(), at))
                yield return error;
        }
    }

    private IEnumerable<string> Errors(JsonNode? value, string keyword, JsonNode argument, JsonObject schema, string at) => keyword switch
    {
        "type" => Is(argument is JsonArray types ? types.Any(t => HasType(value, (string)t!)) : HasType(value, (string)argument!), $"{at} is no {argument.ToJsonString()}"),
        "const" => Is(JsonNode.DeepEquals(value, argument), $"{at} is not {argument.ToJsonString()}"),
        "enum" => Is(argument.AsArray().Any(a => JsonNode.DeepEquals(a, value)), $"{at} is none of {argument.ToJsonString()}"),
        "oneOf" => Is(argument.AsArray().Count(s => !Errors(value, s!, at).Any()) == 1, $"{at} fits none or several of its kinds"),
        "required" when value is JsonObject o => argument.AsArray().Where(n => !o.ContainsKey((string)n!)).Select(n => $"{at} has no {n}"),
        "properties" when value is JsonObject o => argument.AsObject().Where(p => o.ContainsKey(p.Key)).SelectMany(p => Errors(o[p.Key], p.Value!, $"{at}.{p.Key}")),
        "additionalProperties" when value is JsonObject o => o.Where(p => schema["properties"]?[p.Key] is null)
            .SelectMany(p => argument is JsonValue ? Is((bool)argument, $"{at} has {p.Key}") : Errors(p.Value, argument, $"{at}.{p.Key}")),
        "items" when value is JsonArray a => a.SelectMany((item, i) => Errors(item, argument, $"{at}[{i}]")),
        "minItems" when value is JsonArray a => Is(a.Count >= (int)argument, $"{at} has too few items"),
        "maxItems" when value is JsonArray a => Is(a.Count <= (int)argument, $"{at} has too many items"),
        "minLength" when HasType(value, "string") => Is(((string)value!).Length >= (int)argument, $"{at} is too short"),
        "maxLength" when HasType(value, "string") => Is(((string)value!).Length <= (int)argument, $"{at} is too long"),
        "pattern" when HasType(value, "string") => Is(Regex.IsMatch((string)value!, (string)argument!), $"{at} does not fit {argument}"),
        "minimum" when HasType(value, "number") => Is((double)value! >= (double)argument, $"{at} is too small"),
        "maximum" when HasType(value, "number") => Is((double)value! <= (double)argument, $"{at} is too large"),
        "required" or "properties" or "additionalProperties" or "items" or "minItems" or "maxItems" or "minLength" or "maxLength" or "pattern" or "minimum" or "maximum" => [],
        _ => throw new InvalidDataException($"The keyword '{keyword}' is not known here."),
    };

    private static bool HasType(JsonNode? value, string type) => type switch
    {
        "null" => value is null,
        "integer" => value?.GetValueKind() == System.Text.Json.JsonValueKind.Number && double.IsInteger((double)value),
        "boolean" => value?.GetValueKind() is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False,
        _ => value?.GetValueKind().ToString().Equals(type, StringComparison.OrdinalIgnoreCase) == true,
    };

    private static IEnumerable<string> Is(bool holds, string otherwise) => holds ? [] : [otherwise];
}
