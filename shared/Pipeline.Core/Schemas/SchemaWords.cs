using System.Text.Json;

namespace Pipeline.Core.Schemas;

/// <summary>Says in plain words what a schema allows and what stands there instead.</summary>
internal static class SchemaWords
{
    private const int ShownLength = 60;

    /// <summary>A value as it is quoted in a message.</summary>
    public static string Shown(LocatedJson value) => value.Kind switch
    {
        JsonValueKind.String => Quoted(value.Raw),
        JsonValueKind.Number => Short(value.Raw),
        JsonValueKind.Array => value.Items.Count == 0 ? "an empty list" : "a list",
        JsonValueKind.Object => "an object",
        var word => word.ToString().ToLowerInvariant(),
    };

    /// <summary>What is allowed, to follow "it must be".</summary>
    public static string Expected(JsonSchema schema)
    {
        var types = schema.Types.Where(t => t != "null").Select(t => Expected(t, schema)).ToList();
        return types.Count == 0 ? "something else" : Choice(types);
    }

    /// <summary>What else helps; begins with a space, or is empty.</summary>
    public static string Hint(LocatedJson value, JsonSchema schema)
    {
        if (value.Kind != JsonValueKind.String)
            return "";
        if (IsOfOtherKind(value.Raw, schema))
            return " Write it without quotes.";
        return DidYouMean(NearestName.ByLetters(value.Raw, schema.Words), Quoted);
    }

    /// <summary>That a name is not known, and which one is probably meant.</summary>
    public static string Unknown(string name, string path, IReadOnlyList<string> names)
    {
        var what = path.Length == 0 ? $"There is no option '{Short(name)}'." : $"'{path}' has no '{Short(name)}'.";
        var near = NearestName.Of(name, names);
        return what + (near.Count > 0 ? DidYouMean(near, n => $"'{n}'") : $" There are {string.Join(", ", names.Where(n => n[0] != '$'))}.");
    }

    private static string Expected(string type, JsonSchema schema) => type switch
    {
        "integer" => "a whole number" + Range(schema),
        "number" => "a number" + Range(schema),
        "boolean" => "true or false",
        "string" when schema.Words.Count > 0 => Choice([.. schema.Words.Select(Quoted)]),
        "string" when schema.Pattern is not null && schema.Description is { } description => InASentence(description),
        "string" => schema.MinLength > 0 ? "a text that is not empty" : "a text",
        "array" when schema.Items is { Enum: { Count: > 0 } choices } => $"a list of {string.Join(", ", choices.Select(Quoted))}",
        "array" when schema.Items is { MinLength: > 0 } => "a list of texts that are not empty",
        "array" => "a list",
        _ when schema.Properties.Count > 0 => $"an object with {Choice([.. schema.Properties.Keys.Where(n => n[0] != '$').Select(Quoted).Take(4)])}",
        _ when schema.Others is { } others => $"an object that gives {Expected(others)} to each name",
        _ => "an object",
    };

    private static string Range(JsonSchema schema) => (schema.Minimum, schema.Maximum) switch
    {
        ({ } low, { } high) => $" from {low} to {high}",
        ({ } low, null) => $" from {low} up",
        (null, { } high) => $" up to {high}",
        _ => "",
    };

    private static string DidYouMean(IReadOnlyList<string> near, Func<string, string> quote) =>
        near.Count == 0 ? "" : $" Did you mean {Choice([.. near.Select(quote)])}?";

    private static bool IsOfOtherKind(string text, JsonSchema schema)
    {
        try
        {
            return schema.Check(System.Text.Encoding.UTF8.GetBytes(text)).Count == 0;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // A pattern says little to people; what the value is for begins with what it looks like.
    private static string InASentence(string description) =>
        char.ToLowerInvariant(description[0]) + description.Split(". ", 2)[0].TrimEnd('.')[1..];

    private static string Choice(IReadOnlyList<string> words) =>
        words.Count == 1 ? words[0] : $"{string.Join(", ", words.SkipLast(1))} or {words[^1]}";

    private static string Quoted(string text) => $"\"{Short(text)}\"";

    // On one line, and no character cut in half.
    private static string Short(string text)
    {
        var line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        var end = ShownLength - (line.Length > ShownLength && char.IsHighSurrogate(line[ShownLength - 2]) ? 2 : 1);
        return line.Length <= ShownLength ? line : line[..end] + "…";
    }
}
