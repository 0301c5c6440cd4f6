using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pipeline.Core.Datasets;

namespace Pipeline.Core.Runs;

/// <summary>Reads <see cref="RunOptions"/> and says what is wrong with them.</summary>
public static class RunOptionsReader
{
    /// <summary>The names of all options.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. typeof(RunOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.CanWrite)
            .Select(p => JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Name))];

    /// <summary>Reads an options file.</summary>
    /// <param name="json">One JSON object. A key that is no option is an error, so that a typing mistake is not ignored in silence.</param>
    /// <exception cref="FormatException">The options cannot be used; the message says which and why.</exception>
    public static RunOptions FromJson(string json)
    {
        JsonNode? node;
        try
        {
            node = JsonNode.Parse(json);
        }
        catch (JsonException e)
        {
            throw new FormatException($"It is not valid JSON: {e.Message}", e);
        }

        if (node is not JsonObject options)
            throw new FormatException("It must be one JSON object, for example {\"num_train_epochs\": 3}.");
        return Read(options);
    }

    /// <summary>Reads blob metadata. Keys that are no options are not ours and are passed over.</summary>
    /// <param name="metadata">Names as in the options file; values as text.</param>
    /// <exception cref="FormatException">An option's value cannot be used.</exception>
    public static RunOptions FromMetadata(IEnumerable<KeyValuePair<string, string>> metadata)
    {
        var options = new JsonObject();
        foreach (var (key, value) in metadata)
        {
            var name = key.ToLowerInvariant();
            if (Names.Contains(name))
                options[name] = IsText(name, value) ? JsonValue.Create(value) : ParseValue(name, value);
        }

        return Read(options);
    }

    private static RunOptions Read(JsonObject json)
    {
        foreach (var (key, _) in json)
        {
            if (!Names.Contains(key))
                throw new FormatException($"There is no option '{key}'. Did you mean '{Nearest(key)}'?");
        }

        RunOptions options;
        try
        {
            options = json.Deserialize<RunOptions>(PipelineJson.Compact)!;
        }
        catch (JsonException e)
        {
            throw new FormatException($"The option at {e.Path} has a value of the wrong kind.", e);
        }

        var problems = new List<ValidationResult>();
        if (!Validator.TryValidateObject(options, new ValidationContext(options), problems, validateAllProperties: true))
        {
            throw new FormatException(string.Join(' ', problems.Select(p =>
                p.ErrorMessage!.Replace(p.MemberNames.First(), JsonNamingPolicy.SnakeCaseLower.ConvertName(p.MemberNames.First()), StringComparison.Ordinal))));
        }

        return options;
    }

    // A list or an object is written as JSON; a single name needs no quotes.
    private static bool IsText(string name, string value)
    {
        var type = typeof(RunOptions).GetProperties().First(p => JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Name) == name).PropertyType;
        return type == typeof(string) || type == typeof(ProblemType?)
            || ((type == typeof(NameList) || type == typeof(RecordPaths)) && value.TrimStart() is not ['[' or '{', ..]);
    }

    private static JsonNode? ParseValue(string name, string value)
    {
        try
        {
            return JsonNode.Parse(value);
        }
        catch (JsonException e)
        {
            throw new FormatException($"The option '{name}' has the value '{value}', which is not of the option's kind.", e);
        }
    }

    private static string Nearest(string key) => Names.MinBy(name => EditDistance(key.ToLowerInvariant(), name))!;

    // Levenshtein distance, by rows.
    private static int EditDistance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
