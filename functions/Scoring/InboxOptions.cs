using System.Text.Json;
using System.Text.Json.Serialization;
using Pipeline.Core;
using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;
using Pipeline.Functions.Api;

namespace Pipeline.Functions.Scoring;

/// <summary>What the result of a file is written as.</summary>
[JsonConverter(typeof(SnakeCaseEnum<ResultFormat>))]
internal enum ResultFormat
{
    /// <summary>Delimited text with the delimiter of the file; only where the file is delimited text.</summary>
    Csv,

    /// <summary>A JSON object a line.</summary>
    Jsonl,
}

/// <summary>The options file beside a file in the inbox. All are optional; those of reading mean what they mean for a dataset.</summary>
internal sealed record InboxOptions
{
    private static readonly string[] Known =
        ["text_column", "text_pair_column", "delimiter", "has_header", "encoding", "records", "format", "top_k", "threshold", "explain"];

    /// <summary>The columns with the text.</summary>
    public NameList? TextColumn { get; init; }

    /// <summary>The column with the second text of a pair.</summary>
    public string? TextPairColumn { get; init; }

    /// <summary>What stands between fields.</summary>
    public string? Delimiter { get; init; }

    /// <summary>Whether the first record names the columns.</summary>
    public bool? HasHeader { get; init; }

    /// <summary>The encoding of the file.</summary>
    public string? Encoding { get; init; }

    /// <summary>Where the rows lie in a JSON document.</summary>
    public RecordPaths? Records { get; init; }

    /// <summary>What the result is written as; null: delimited text for delimited text, JSON Lines for anything else.</summary>
    public ResultFormat? Format { get; init; }

    /// <summary>How many labels a row gets with their scores; null: all.</summary>
    public int? TopK { get; init; }

    /// <summary>Least score of a label that is given, of a model of several labels; null: the version's own, or 0.5.</summary>
    public double? Threshold { get; init; }

    /// <summary>Whether each row says which words moved its score, and how many at most: true, or <c>{"words": 5}</c>; null: no row does.</summary>
    public JsonElement? Explain { get; init; }

    /// <summary>Words that each row says, at most; null where none does.</summary>
    [JsonIgnore]
    public int? ExplainedWords => Explain is { } explain ? ClassifyExplain.Read(explain)?.Words : null;

    /// <summary>The options in a file.</summary>
    /// <param name="json">One JSON object.</param>
    /// <param name="source">What errors call it.</param>
    /// <exception cref="RunOptionsException">They cannot be used.</exception>
    public static InboxOptions Read(BinaryData json, string source)
    {
        try
        {
            using var document = JsonDocument.Parse(json.ToMemory());
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw Bad("", null, "It must be one JSON object, for example {\"text_column\": \"body\"}.");
            // A typing mistake must not be ignored in silence.
            if (document.RootElement.EnumerateObject().Select(p => p.Name).FirstOrDefault(n => !Known.Contains(n)) is { } unknown)
                throw Bad(unknown, null, $"'{unknown}' is no option; these are: {string.Join(", ", Known)}.");
            return document.RootElement.Deserialize(FunctionsJson.Compact.InboxOptions)!.Checked(Bad);
        }
        catch (JsonException e) when (e.Path is ['$', '.', _, ..])
        {
            throw new RunOptionsException(source, [new OptionProblem(e.Path[2..], null, $"'{e.Path[2..]}' has a value of another kind than the option.")], e);
        }
        catch (JsonException e)
        {
            throw new RunOptionsException(source, [new OptionProblem("", e.LineNumber + 1, $"It is not valid JSON: {e.Message.Split(" LineNumber:", 2)[0]}")], e);
        }

        RunOptionsException Bad(string option, long? line, string message) => new(source, [new OptionProblem(option, line, message)]);
    }

    /// <summary>How the file is to be read.</summary>
    [JsonIgnore]
    public ReadingOptions Reading => ReadingOptions.From(new RunOptions
    {
        TextColumn = TextColumn,
        TextPairColumn = TextPairColumn,
        Delimiter = Delimiter,
        HasHeader = HasHeader,
        Encoding = Encoding,
        Records = Records,
    });

    private InboxOptions Checked(Func<string, long?, string, RunOptionsException> bad)
    {
        if (TopK < 1)
            throw bad("top_k", null, $"'top_k' is {TopK}; it must be a whole number from 1.");
        if (Threshold is < 0 or > 1 or double.NaN)
            throw bad("threshold", null, $"'threshold' is {Threshold}; it must be a number from 0 to 1.");
        if (Delimiter is not (null or "tab" or "\\t" or { Length: 1 }))
            throw bad("delimiter", null, $"'delimiter' is '{Delimiter}'; it must be one character, or 'tab'.");
        try
        {
            _ = ExplainedWords;
        }
        catch (ClassifyRequestException e)
        {
            throw bad("explain", null, e.Message);
        }

        return this;
    }
}
