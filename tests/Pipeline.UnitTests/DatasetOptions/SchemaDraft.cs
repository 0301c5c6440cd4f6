using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;
using Pipeline.Core.Sweeps;

namespace Pipeline.UnitTests.DatasetOptions;

/// <summary>Makes <c>options.schema.json</c> from what <see cref="OptionFacts"/> knows.</summary>
internal static class SchemaDraft
{
    private static readonly JsonSerializerOptions Style = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    public static string Write()
    {
        var properties = new JsonObject
        {
            ["$schema"] = new JsonObject { ["type"] = "string", ["description"] = "Where editors find this schema. The pipeline does not read it." },
        };
        foreach (var option in OptionFacts.All)
            properties[option.Name] = Option(option);
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "Options of a dataset",
            ["description"] = "What may stand in {name}.options.json beside a dataset, in its blob's metadata, and in the query of POST /api/datasets/validate. Null is the same as leaving an option out.",
            ["type"] = "object",
            ["properties"] = properties,
            ["additionalProperties"] = false,
        };
        return schema.ToJsonString(Style) + "\n";
    }

    private static JsonObject Option(OptionFacts option)
    {
        var schema = Shape(option);
        if (option.IsNullable)
            schema["type"] = new JsonArray([.. Types(schema["type"]!), "null"]);
        schema["description"] = option.Summary.Replace("`", "", StringComparison.Ordinal);
        if (option.Default.ValueKind != JsonValueKind.Undefined)
            schema["default"] = JsonNode.Parse(option.Default.GetRawText());
        return schema;
    }

    private static JsonObject Shape(OptionFacts option)
    {
        if (option.Type == typeof(bool))
            return new JsonObject { ["type"] = "boolean" };
        if (option.Type == typeof(int) || option.Type == typeof(double))
            return option.AllowsAuto ? OrWords(Number(option.Type, option.Range), AutoOr.Word) : Number(option.Type, option.Range);
        if (option.Type == typeof(ClassWeights))
            return OrWords(new JsonObject { ["type"] = "object", ["additionalProperties"] = Number(typeof(double), option.Range) }, [.. ClassWeights.Names]);
        if (option.Type == typeof(string) || option.Type.IsEnum)
            return Text(option);
        if (option.Type == typeof(NameList))
            return Names(option);
        if (option.Type == typeof(RecordPaths))
        {
            var paths = Names(option);
            paths["type"] = new JsonArray("string", "array", "object");
            paths["properties"] = new JsonObject(Enum.GetNames<Split>().Select(s => KeyValuePair.Create(s.ToLowerInvariant(), (JsonNode?)Names(option))));
            paths["additionalProperties"] = false;
            return paths;
        }

        if (option.Type == typeof(SweepValues))
            return SweptNumbers(option);
        if (option.Members.Count > 0)
        {
            return new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject(option.Members.Select(m => KeyValuePair.Create(m.Name, (JsonNode?)Option(m)))),
                ["additionalProperties"] = false,
            };
        }

        throw new NotSupportedException($"The option {option} is of type {option.Type}: say here what it looks like in JSON.");
    }

    private static JsonObject Number(Type type, RangeAttribute? range) => range is null
        ? throw new NotSupportedException("A number among the options has no [Range].")
        : new JsonObject { ["type"] = type == typeof(int) ? "integer" : "number", ["minimum"] = Literal(range.Minimum), ["maximum"] = Literal(range.Maximum) };

    // A pattern concerns texts only, where enum would refuse all else.
    private static JsonObject OrWords(JsonObject schema, params string[] words)
    {
        schema["type"] = new JsonArray([.. Types(schema["type"]!), "string"]);
        schema["pattern"] = $"^({string.Join('|', words)})$";
        return schema;
    }

    private static JsonObject SweptNumbers(OptionFacts option)
    {
        var number = Number(option.IsWhole ? typeof(int) : typeof(double), option.Range);
        return new JsonObject
        {
            ["type"] = new JsonArray("array", "object"),
            ["items"] = number,
            ["minItems"] = 1,
            ["properties"] = new JsonObject
            {
                ["min"] = number.DeepClone(),
                ["max"] = number.DeepClone(),
                ["scale"] = new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. Enum.GetNames<SweepScale>().Select(name => JsonValue.Create(name.ToLowerInvariant()))]) },
            },
            ["additionalProperties"] = false,
        };
    }

    private static JsonObject Text(OptionFacts option)
    {
        var schema = new JsonObject { ["type"] = "string" };
        if (option.Choices.Count > 0)
            schema["enum"] = new JsonArray([.. option.Choices.Select(c => JsonValue.Create(c)), .. option.IsNullable ? [null] : Array.Empty<JsonNode?>()]);
        else if (option.Pattern is { } pattern)
            schema["pattern"] = pattern;
        else
            schema["minLength"] = 1;
        return schema;
    }

    private static JsonObject Names(OptionFacts option)
    {
        var schema = Text(option);
        schema["items"] = schema.DeepClone();
        schema["type"] = new JsonArray("string", "array");
        schema["minItems"] = 1;
        return schema;
    }

    // 1e-7 rather than 1E-07.
    private static JsonNode Literal(object number) => number switch
    {
        int whole => whole,
        double d when d != 0 && Math.Abs(d) < 1e-4 => JsonNode.Parse(d.ToString("0.#####e0", CultureInfo.InvariantCulture))!,
        double d => d,
        _ => throw new NotSupportedException($"A range has a limit of type {number.GetType()}."),
    };

    private static IEnumerable<JsonNode?> Types(JsonNode type) =>
        type is JsonArray many ? many.Select(t => t!.DeepClone()) : [type.DeepClone()];
}
