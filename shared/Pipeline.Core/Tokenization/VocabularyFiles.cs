using System.Text;
using System.Text.Json;

namespace Pipeline.Core.Tokenization;

/// <summary>GPT-2's original pair of files: <c>vocab.json</c> and <c>merges.txt</c>.</summary>
internal static class VocabularyFiles
{
    private const string Header = "#version: 0.2";

    public static BpeVocabulary Read(string directory)
    {
        var path = Path.Combine(directory, "vocab.json");
        var tokens = TokenizerJson.ReadDocument(path).Deserialize<Dictionary<string, int>>()
            ?? throw new InvalidDataException($"{path} is empty.");
        return SpecialTokenFiles.Complete(directory, tokens, ReadMerges(Path.Combine(directory, "merges.txt")), []);
    }

    public static void Write(string directory, BpeVocabulary vocabulary)
    {
        using (var file = File.Create(Path.Combine(directory, "vocab.json")))
        using (var json = new Utf8JsonWriter(file, new JsonWriterOptions { Encoder = PipelineJson.Compact.Encoder }))
            TokenizerJson.WriteTokens(json, vocabulary);

        using var merges = new StreamWriter(Path.Combine(directory, "merges.txt"), append: false, new UTF8Encoding(false)) { NewLine = "\n" };
        merges.WriteLine(Header);
        foreach (var (left, right) in vocabulary.Merges)
            merges.WriteLine($"{left} {right}");
    }

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

    /// <summary>The two sides of a merge, or null where it has not two.</summary>
    public static (string Left, string Right)? ParseMerge(string merge) =>
        merge.Split(' ') is [{ Length: > 0 } left, { Length: > 0 } right] ? (left, right) : null;
}
