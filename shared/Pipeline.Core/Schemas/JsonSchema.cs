using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Pipeline.Core.Schemas;

/// <summary>
/// A JSON Schema (draft 2020-12), of which it knows the keywords that the pipeline's own schemas use:
/// <c>type</c>, <c>enum</c>, <c>minimum</c>, <c>maximum</c>, <c>minLength</c>, <c>pattern</c>, <c>items</c>, <c>minItems</c>,
/// <c>properties</c> and <c>additionalProperties</c> (true, false or a schema), besides annotations. A schema with another keyword is refused,
/// so that none is passed over in silence.
/// </summary>
public sealed partial class JsonSchema
{
    private static readonly string[] Annotations = ["$schema", "$comment", "title", "description", "default", "examples"];

    private JsonSchema(LocatedJson schema)
    {
        foreach (var (keyword, line, value) in Expect(schema, JsonValueKind.Object).Members)
        {
            switch (keyword)
            {
                case "type":
                    Types = [.. value.Kind == JsonValueKind.Array ? value.Items.Select(Text) : [Text(value)]];
                    break;
                case "enum":
                    Enum = [.. Expect(value, JsonValueKind.Array).Items.Where(item => item.Kind != JsonValueKind.Null).Select(Text)];
                    break;
                case "minimum":
                    Minimum = Expect(value, JsonValueKind.Number).Raw;
                    break;
                case "maximum":
                    Maximum = Expect(value, JsonValueKind.Number).Raw;
                    break;
                case "minLength":
                    MinLength = Count(value);
                    break;
                case "pattern":
                    Pattern = new Regex(Text(value), RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
                    break;
                case "items":
                    Items = new JsonSchema(value);
                    break;
                case "minItems":
                    MinItems = Count(value);
                    break;
                case "properties":
                    Properties = Expect(value, JsonValueKind.Object).Members.ToDictionary(m => m.Name, m => new JsonSchema(m.Value));
                    break;
                case "additionalProperties" when value.Kind is JsonValueKind.False or JsonValueKind.True:
                    IsClosed = value.Kind == JsonValueKind.False;
                    break;
                case "additionalProperties":
                    Others = new JsonSchema(value);
                    break;
                case "description":
                    Description = Text(value);
                    break;
                default:
                    if (!Annotations.Contains(keyword))
                        throw new InvalidDataException($"Line {line} of the schema has the keyword '{keyword}', which this program does not know in this form.");
                    break;
            }
        }

        Words = Enum.Count > 0 ? Enum : Pattern is not null && WordPattern().Match(Pattern.ToString()) is { Success: true } words ? words.Groups[1].Value.Split('|') : [];
    }

    /// <summary>What the value is for.</summary>
    public string? Description { get; }

    /// <summary>The schema of each member of an object, in order.</summary>
    public IReadOnlyDictionary<string, JsonSchema> Properties { get; } = new Dictionary<string, JsonSchema>();

    internal IReadOnlyList<string> Types { get; } = [];

    internal IReadOnlyList<string> Enum { get; } = [];

    // As they are written in the schema, for messages.
    internal string? Minimum { get; }

    internal string? Maximum { get; }

    internal int MinLength { get; }

    internal Regex? Pattern { get; }

    internal JsonSchema? Items { get; }

    internal int MinItems { get; }

    internal bool IsClosed { get; }

    /// <summary>The schema of members that <see cref="Properties"/> does not name; null where they may be anything, or none may be.</summary>
    internal JsonSchema? Others { get; }

    /// <summary>The words that a text may be, where <c>enum</c> or a pattern of nothing but words says so. A pattern leaves other types alone, as <c>enum</c> does not.</summary>
    internal IReadOnlyList<string> Words { get; }

    /// <summary>Reads a schema.</summary>
    /// <exception cref="InvalidDataException">It has a keyword that is not known here, or one of the wrong kind.</exception>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static JsonSchema Parse(ReadOnlySpan<byte> utf8) => new(LocatedJson.Parse(utf8));

    /// <summary>All that is wrong with a document, in its order; empty if it fits.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public IReadOnlyList<SchemaProblem> Check(ReadOnlySpan<byte> utf8) => Check(LocatedJson.Parse(utf8));

    internal IReadOnlyList<SchemaProblem> Check(LocatedJson document) => [.. new SchemaCheck().Of(document, this, "")];

    /// <summary>Whether the value may be of a type of JSON Schema.</summary>
    internal bool Allows(string type) => Types.Contains(type);

    private static LocatedJson Expect(LocatedJson value, JsonValueKind kind) => value.Kind == kind
        ? value
        : throw new InvalidDataException($"Line {value.Line} of the schema has {value.Kind} where {kind} is expected.");

    private static string Text(LocatedJson value) => Expect(value, JsonValueKind.String).Raw;

    [GeneratedRegex(@"^\^\(([a-z_|]+)\)\$$")]
    private static partial Regex WordPattern();

    private static int Count(LocatedJson value) => int.Parse(Expect(value, JsonValueKind.Number).Raw, NumberStyles.None, CultureInfo.InvariantCulture);
}

/// <summary>Something in a document that its schema does not allow.</summary>
/// <param name="Path">The member it is about, for example <c>records.train</c>; empty for the document as a whole.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Message">A sentence with the value and what is allowed.</param>
public sealed record SchemaProblem(string Path, long Line, string Message);
