using System.Text;
using System.Text.Json;
using Pipeline.Core.Schemas;

namespace Pipeline.Core.Runs;

/// <summary>Reads <see cref="RunOptions"/>, checks them against <see cref="OptionsSchema"/> and says all that is wrong with them.</summary>
public static class RunOptionsReader
{
    // So few letters are a mistake away from too many words that other programs write into metadata.
    private const int ShortestMistake = 5;

    /// <summary>Bytes of an options file.</summary>
    public const int LargestFile = 1 << 20;

    /// <summary>Reads an options file.</summary>
    /// <param name="json">One JSON object. A key that is no option is an error, so that a typing mistake is not ignored in silence.</param>
    /// <param name="source">What errors call it, for example <c>spam.options.json</c>.</param>
    /// <exception cref="RunOptionsException">The options cannot be used.</exception>
    public static RunOptions FromJson(string json, string source) => FromJson(Encoding.UTF8.GetBytes(json), source);

    /// <summary>Reads an options file.</summary>
    /// <param name="utf8">One JSON object, with or without a byte order mark.</param>
    /// <param name="source">What errors call it.</param>
    /// <exception cref="RunOptionsException">The options cannot be used.</exception>
    public static RunOptions FromJson(ReadOnlySpan<byte> utf8, string source)
    {
        LocatedJson options;
        try
        {
            options = LocatedJson.Parse(utf8);
        }
        catch (JsonException e)
        {
            throw new RunOptionsException(source, [new OptionProblem("", e.LineNumber + 1, $"It is not valid JSON: {OneSentence(e)}")], e);
        }

        if (options.Kind != JsonValueKind.Object)
            throw new RunOptionsException(source, [new OptionProblem("", options.Line, "It must be one JSON object, for example {\"num_train_epochs\": 3}.")]);
        return Read(options, source, hasLines: true);
    }

    /// <summary>The error for an options file over <see cref="LargestFile"/>, which is not read.</summary>
    public static RunOptionsException TooLarge(string source, long bytes) =>
        new(source, [new OptionProblem("", null, $"It has {bytes:N0} bytes; an options file has {LargestFile:N0} at most. Put long lists of labels into label_names_file.")]);

    /// <summary>
    /// Reads blob metadata. Other programs write metadata too: a key that is not like an option is passed over,
    /// one that looks like an option mistyped is an error.
    /// </summary>
    /// <param name="metadata">Names as in the options file, in any case; values as text.</param>
    /// <param name="source">What errors call it.</param>
    /// <exception cref="RunOptionsException">The options cannot be used.</exception>
    public static RunOptions FromMetadata(IEnumerable<KeyValuePair<string, string>> metadata, string source) =>
        FromText(
            metadata.Select(m => KeyValuePair.Create(m.Key.ToLowerInvariant(), m.Value))
                .Where(m => OptionsSchema.Names.Contains(m.Key)
                    || m.Key.Length >= ShortestMistake && NearestName.ByLetters(m.Key, OptionsSchema.Names).Count > 0),
            source);

    /// <summary>Reads options that are written as text, for example in a query. A key that is no option is an error.</summary>
    /// <param name="options">Names as in the options file. A value that is a list or an object is written as JSON; a text needs no quotes.</param>
    /// <param name="source">What errors call it.</param>
    /// <exception cref="RunOptionsException">The options cannot be used.</exception>
    public static RunOptions FromText(IEnumerable<KeyValuePair<string, string>> options, string source) =>
        Read(
            new LocatedJson(
                JsonValueKind.Object, 0, "", [],
                [.. options.Select(o => new LocatedMember(o.Key, 0, OptionText.Read(o.Value, OptionsSchema.Schema.Properties.GetValueOrDefault(o.Key))))]),
            source, hasLines: false);

    private static RunOptions Read(LocatedJson options, string source, bool hasLines)
    {
        var problems = OptionsSchema.Schema.Check(options);
        if (problems.Count > 0)
            throw new RunOptionsException(source, [.. problems.Select(p => new OptionProblem(p.Path, hasLines ? p.Line : null, p.Message))]);
        var read = OptionText.ToJson(options).Deserialize(CoreJson.Compact.RunOptions)!;
        var conflicts = OptionConflicts.Find(read).Select(p => p with { Line = hasLines ? LineOf(options, p.Option) : null }).ToList();
        return conflicts.Count == 0 ? read : throw new RunOptionsException(source, conflicts);
    }

    private static long LineOf(LocatedJson options, string path)
    {
        var names = path.Split('.', 2);
        var member = options.Members.First(m => m.Name == names[0]);
        return names.Length == 1 ? member.Line : LineOf(member.Value, names[1]);
    }

    // The parser appends where it was; the problem says that itself.
    private static string OneSentence(JsonException e) =>
        e.Message.Split(" LineNumber:", 2)[0].Split(" Path:", 2)[0];
}
