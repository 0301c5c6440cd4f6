using System.Globalization;
using System.Text.Json;

namespace Pipeline.Core.Schemas;

/// <summary>Compares a document with a schema.</summary>
internal sealed class SchemaCheck
{
    /// <summary>What is wrong with a value, in the order of the document.</summary>
    public IEnumerable<SchemaProblem> Of(LocatedJson value, JsonSchema schema, string path)
    {
        if (!IsOfType(value, schema) || !IsInRange(value, schema))
            return [Wrong(value, schema, path)];
        return value.Kind switch
        {
            JsonValueKind.Object => Members(value, schema, path),
            JsonValueKind.Array => value.Items.SelectMany((item, i) => schema.Items is { } items ? Of(item, items, $"{path}[{i}]") : []),
            _ => [],
        };
    }

    private IEnumerable<SchemaProblem> Members(LocatedJson value, JsonSchema schema, string path)
    {
        var seen = new Dictionary<string, long>();
        foreach (var (name, line, member) in value.Members)
        {
            var at = path.Length == 0 ? name : $"{path}.{name}";
            if (!seen.TryAdd(name, line))
                yield return new SchemaProblem(at, line, $"'{at}' is set twice; it stands on line {seen[name]} already.");
            else if (schema.Properties.TryGetValue(name, out var known))
                foreach (var problem in Of(member, known, at))
                    yield return problem;
            else if (schema.Others is { } others)
                foreach (var problem in Of(member, others, at))
                    yield return problem;
            else if (schema.IsClosed)
                yield return new SchemaProblem(at, line, SchemaWords.Unknown(name, path, [.. schema.Properties.Keys]));
        }
    }

    private static bool IsOfType(LocatedJson value, JsonSchema schema) => schema.Types.Count == 0 || value.Kind switch
    {
        JsonValueKind.String => schema.Allows("string"),
        JsonValueKind.Number => schema.Allows("number") || schema.Allows("integer") && IsWhole(value.Raw),
        JsonValueKind.True or JsonValueKind.False => schema.Allows("boolean"),
        JsonValueKind.Null => schema.Allows("null"),
        JsonValueKind.Array => schema.Allows("array"),
        _ => schema.Allows("object"),
    };

    private static bool IsInRange(LocatedJson value, JsonSchema schema) => value.Kind switch
    {
        JsonValueKind.String => value.Raw.Length >= schema.MinLength
            && (schema.Words.Count > 0 ? schema.Words.Contains(value.Raw) : schema.Pattern?.IsMatch(value.Raw) is not false),
        JsonValueKind.Number => Number(value.Raw) is var number
            && (schema.Minimum is not { } low || number >= Number(low)) && (schema.Maximum is not { } high || number <= Number(high)),
        JsonValueKind.Array => value.Items.Count >= schema.MinItems,
        _ => true,
    };

    // 3.0 and 3e0 are whole numbers too, as the standard has it.
    private static bool IsWhole(string raw) => Number(raw) is var number && Math.Abs(number) < 1L << 53 && number == Math.Floor(number);

    private static double Number(string raw) => double.Parse(raw, NumberStyles.Float, CultureInfo.InvariantCulture);

    private static SchemaProblem Wrong(LocatedJson value, JsonSchema schema, string path) =>
        new(path, value.Line, $"{(path.Length == 0 ? "It" : $"'{path}'")} is {SchemaWords.Shown(value)}; it must be {SchemaWords.Expected(schema)}.{SchemaWords.Hint(value, schema)}");
}
