using System.Globalization;
using System.Text.Json;

namespace Pipeline.Core.Tokenization;

/// <summary><c>tokenizer_config.json</c> and <c>special_tokens_map.json</c>: which tokens are special, and what for.</summary>
internal static class SpecialTokenFiles
{
    private const string EndOfText = "<|endoftext|>";
    private static readonly string[] Roles = ["bos_token", "eos_token", "unk_token", "pad_token"];

    /// <summary>Adds to tokens and merges what the folder says of special tokens.</summary>
    public static BpeVocabulary Complete(
        string directory, Dictionary<string, int> tokens, IReadOnlyList<(string Left, string Right)> merges, Dictionary<string, int> added)
    {
        var special = new Dictionary<string, int>(added);
        var roles = new Dictionary<string, string>();
        // The later file wins, as in Hugging Face.
        foreach (var file in (string[])["special_tokens_map.json", "tokenizer_config.json"])
            Read(Path.Combine(directory, file), roles, special);

        // GPT2Tokenizer's own defaults.
        foreach (var role in (string[])["bos_token", "eos_token", "unk_token"])
        {
            if (tokens.ContainsKey(EndOfText))
                roles.TryAdd(role, EndOfText);
        }

        foreach (var (role, token) in roles)
        {
            if (special.ContainsKey(token))
                continue;
            special[token] = tokens.TryGetValue(token, out var id)
                ? id
                : throw new InvalidDataException($"'{directory}' names '{token}' as {role}, but the vocabulary has no such token.");
        }

        return new BpeVocabulary
        {
            Tokens = tokens,
            Merges = merges,
            SpecialTokens = special,
            EndOfTextToken = roles.GetValueOrDefault("eos_token", EndOfText),
            PadToken = roles.GetValueOrDefault("pad_token"),
        };
    }

    public static void Write(string directory, BpeVocabulary vocabulary, int modelMaxLength)
    {
        var roles = new Dictionary<string, string>
        {
            ["bos_token"] = vocabulary.EndOfTextToken,
            ["eos_token"] = vocabulary.EndOfTextToken,
            ["unk_token"] = vocabulary.EndOfTextToken,
            ["pad_token"] = vocabulary.PadToken ?? vocabulary.EndOfTextToken,
        };
        WriteJson(Path.Combine(directory, "special_tokens_map.json"), roles);

        var config = new SortedDictionary<string, object>(StringComparer.Ordinal)
        {
            ["add_prefix_space"] = false,
            // Old clean-up of spaces before punctuation would make decoding lossy.
            ["clean_up_tokenization_spaces"] = false,
            ["model_max_length"] = modelMaxLength,
            ["tokenizer_class"] = "GPT2Tokenizer",
            ["padding_side"] = "right",
            ["added_tokens_decoder"] = vocabulary.SpecialTokens.OrderBy(t => t.Value).ToDictionary(
                t => t.Value.ToString(CultureInfo.InvariantCulture),
                t => new { content = t.Key, lstrip = false, normalized = false, rstrip = false, single_word = false, special = true }),
        };
        foreach (var (role, token) in roles)
            config[role] = token;
        WriteJson(Path.Combine(directory, "tokenizer_config.json"), config);
    }

    private static void Read(string path, Dictionary<string, string> roles, Dictionary<string, int> special)
    {
        if (!File.Exists(path))
            return;
        var root = TokenizerJson.ReadDocument(path);
        if (root.ValueKind != JsonValueKind.Object)
            throw new InvalidDataException($"{path} is not a JSON object.");
        foreach (var role in Roles)
        {
            if (root.TryGetProperty(role, out var value) && Content(value) is { } token)
                roles[role] = token;
        }

        if (root.TryGetProperty("added_tokens_decoder", out var decoder))
        {
            foreach (var entry in decoder.EnumerateObject())
            {
                if (Content(entry.Value) is { } token)
                    special[token] = int.Parse(entry.Name, CultureInfo.InvariantCulture);
            }
        }
    }

    // A token is written as a string or as an object around it.
    private static string? Content(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Object => value.GetProperty("content").GetString(),
        _ => null,
    };

    private static void WriteJson<T>(string path, T value) =>
        File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(value, PipelineJson.Indented));
}
