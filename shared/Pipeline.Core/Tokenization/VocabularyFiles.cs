using System.Text;
using System.Text.Json;

namespace Pipeline.Core.Tokenization;

/// <summary>The original vocabulary files: GPT-2's <c>vocab.json</c> and <c>merges.txt</c>, BERT's <c>vocab.txt</c>.</summary>
internal static class VocabularyFiles
{
    private const string Header = "#version: 0.2";

    public static ByteLevelBpeTokenizer ReadBpe(string directory, TokenizerConfigFiles config)
    {
        var path = Path.Combine(directory, "vocab.json");
        Dictionary<string, int> tokens;
        try
        {
            tokens = JsonFile.WholeNumbers(JsonFile.Read(path));
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} is not an object of tokens and ids: {e.Message}", e);
        }

        if (tokens.Count == 0)
            throw new InvalidDataException($"{path} holds no tokens.");
        var settings = new SettingsReader(directory, tokens, config, [], SettingsReader.ClassOfBpe(tokens));
        return new ByteLevelBpeTokenizer(new BpeVocabulary
        {
            Tokens = tokens,
            Merges = ReadMerges(Path.Combine(directory, "merges.txt")),
            Settings = settings.With(settings.DefaultTemplate()),
        });
    }

    public static WordPieceTokenizer ReadWordPiece(string directory, TokenizerConfigFiles config)
    {
        var path = Path.Combine(directory, "vocab.txt");
        var tokens = new Dictionary<string, int>();
        // A token may hold any white space but a line feed, so lines end at line feeds alone.
        foreach (var (id, line) in File.ReadAllText(path).TrimEnd('\n').Split('\n').Index())
            tokens[line.TrimEnd('\r')] = id;
        var settings = new SettingsReader(directory, tokens, config, [], TokenizerClasses.Bert);
        return new WordPieceTokenizer(new WordPieceVocabulary
        {
            Tokens = tokens,
            UnknownToken = config.Roles.GetValueOrDefault("unk_token", "[UNK]"),
            Normalization = new BertNormalization().With(config),
            Settings = settings.With(settings.DefaultTemplate()),
        });
    }

    public static void Write(string directory, BpeVocabulary vocabulary)
    {
        using (var file = File.Create(Path.Combine(directory, "vocab.json")))
        using (var json = new Utf8JsonWriter(file, new JsonWriterOptions { Encoder = PipelineJson.Encoder }))
            TokenizerJson.WriteTokens(json, vocabulary.Tokens);
        WriteLines(Path.Combine(directory, "merges.txt"), vocabulary.Merges.Select(m => $"{m.Left} {m.Right}").Prepend(Header));
    }

    public static void Write(string directory, WordPieceVocabulary vocabulary)
    {
        var tokens = vocabulary.Tokens.OrderBy(t => t.Value).ToList();
        // A line's number is its token's id; with a gap between them only tokenizer.json can say the ids.
        if (tokens.Index().All(t => t.Item.Value == t.Index))
            WriteLines(Path.Combine(directory, "vocab.txt"), tokens.Select(t => t.Key));
    }

    /// <summary>The two sides of a merge, or null where it has not two.</summary>
    public static (string Left, string Right)? ParseMerge(string merge) =>
        merge.IndexOf(' ', StringComparison.Ordinal) is > 0 and var at && at + 1 < merge.Length && merge.IndexOf(' ', at + 1) < 0
            ? (merge[..at], merge[(at + 1)..])
            : null;

    private static List<(string, string)> ReadMerges(string path)
    {
        var merges = new List<(string, string)>();
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (line.Length == 0 || (number == 1 && line.StartsWith("#version", StringComparison.Ordinal)))
                continue;
            merges.Add(ParseMerge(line) ?? throw new InvalidDataException($"{path} line {number}: '{line}' is not two tokens with a space between them."));
        }

        return merges;
    }

    private static void WriteLines(string path, IEnumerable<string> lines)
    {
        using var file = new StreamWriter(path, append: false, new UTF8Encoding(false)) { NewLine = "\n" };
        foreach (var line in lines)
            file.WriteLine(line);
    }
}
