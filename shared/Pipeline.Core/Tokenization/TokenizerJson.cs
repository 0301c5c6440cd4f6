using System.Text.Json;

namespace Pipeline.Core.Tokenization;

/// <summary>Hugging Face's <c>tokenizer.json</c>, for byte-level BPE.</summary>
internal static class TokenizerJson
{
    public static BpeVocabulary Read(string directory)
    {
        var path = Path.Combine(directory, "tokenizer.json");
        var root = ReadDocument(path);
        try
        {
            RefuseOtherKinds(path, root);
            var model = root.GetProperty("model");
            var tokens = model.GetProperty("vocab").Deserialize<Dictionary<string, int>>()!;
            return SpecialTokenFiles.Complete(directory, tokens, ReadMerges(path, model), ReadAddedTokens(path, root));
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or JsonException)
        {
            throw new InvalidDataException($"{path} is not a tokenizer file as Hugging Face writes it: {e.Message}", e);
        }
    }

    public static void Write(string directory, BpeVocabulary vocabulary)
    {
        using var file = File.Create(Path.Combine(directory, "tokenizer.json"));
        using var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true, Encoder = PipelineJson.Indented.Encoder });
        json.WriteStartObject();
        json.WriteString("version", "1.0");
        json.WriteNull("truncation");
        json.WriteNull("padding");
        json.WriteStartArray("added_tokens");
        foreach (var (token, id) in vocabulary.SpecialTokens.OrderBy(t => t.Value))
        {
            json.WriteStartObject();
            json.WriteNumber("id", id);
            json.WriteString("content", token);
            json.WriteBoolean("single_word", false);
            json.WriteBoolean("lstrip", false);
            json.WriteBoolean("rstrip", false);
            json.WriteBoolean("normalized", false);
            json.WriteBoolean("special", true);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNull("normalizer");
        WriteByteLevel(json, "pre_tokenizer");
        WriteByteLevel(json, "post_processor");
        WriteByteLevel(json, "decoder");
        json.WriteStartObject("model");
        json.WriteString("type", "BPE");
        json.WriteNull("dropout");
        json.WriteNull("unk_token");
        json.WriteString("continuing_subword_prefix", "");
        json.WriteString("end_of_word_suffix", "");
        json.WriteBoolean("fuse_unk", false);
        json.WriteBoolean("byte_fallback", false);
        json.WritePropertyName("vocab");
        WriteTokens(json, vocabulary);
        json.WriteStartArray("merges");
        foreach (var (left, right) in vocabulary.Merges)
            json.WriteStringValue($"{left} {right}");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static void WriteTokens(Utf8JsonWriter json, BpeVocabulary vocabulary)
    {
        json.WriteStartObject();
        foreach (var (token, id) in vocabulary.Tokens.OrderBy(t => t.Value))
            json.WriteNumber(token, id);
        json.WriteEndObject();
    }

    public static JsonElement ReadDocument(string path)
    {
        using var file = File.OpenRead(path);
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(file);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} is not JSON: {e.Message}", e);
        }
    }

    private static void WriteByteLevel(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject(name);
        json.WriteString("type", "ByteLevel");
        json.WriteBoolean("add_prefix_space", false);
        json.WriteBoolean("trim_offsets", true);
        json.WriteBoolean("use_regex", true);
        json.WriteEndObject();
    }

    private static void RefuseOtherKinds(string path, JsonElement root)
    {
        var model = root.GetProperty("model");
        var words = Optional(root, "pre_tokenizer");
        var after = Optional(root, "post_processor");
        var reason =
            // Old files leave the type out; merges tell BPE from the others.
            (TypeOf(model) ?? (model.TryGetProperty("merges", out _) ? "BPE" : "an unnamed kind")) is var kind && kind != "BPE" ? $"its model is {kind}"
            : TypeOf(words) != "ByteLevel" ? $"its pre-tokenizer is {TypeOf(words) ?? "none"}"
            : IsTrue(words!.Value, "add_prefix_space") ? "its pre-tokenizer puts a space before the text (add_prefix_space)"
            : words!.Value.TryGetProperty("use_regex", out var regex) && !regex.GetBoolean() ? "its pre-tokenizer does not cut words (use_regex)"
            : Optional(root, "normalizer") is { } normalizer ? $"it normalizes the text ({TypeOf(normalizer)})"
            : after is not null && TypeOf(after) != "ByteLevel" ? $"its post-processor is {TypeOf(after)}"
            : HasText(model, "continuing_subword_prefix") || HasText(model, "end_of_word_suffix") ? "its tokens carry a prefix or suffix"
            : IsTrue(model, "ignore_merges") ? "it looks whole words up first (ignore_merges)"
            : null;
        if (reason is not null)
            throw new NotSupportedException($"{path}: {reason}. Byte-level BPE as in GPT-2 and GPT-Neo is supported.");
    }

    private static List<(string, string)> ReadMerges(string path, JsonElement model)
    {
        var merges = new List<(string, string)>();
        foreach (var merge in model.GetProperty("merges").EnumerateArray())
        {
            // "a b" until tokenizers 0.19, ["a", "b"] since.
            var pair = merge.ValueKind == JsonValueKind.Array
                ? (merge[0].GetString()!, merge[1].GetString()!)
                : VocabularyFiles.ParseMerge(merge.GetString()!);
            merges.Add(pair ?? throw new InvalidDataException($"{path}: merge {merges.Count}, '{merge}', is not two tokens with a space between them."));
        }

        return merges;
    }

    private static Dictionary<string, int> ReadAddedTokens(string path, JsonElement root)
    {
        var added = new Dictionary<string, int>();
        foreach (var token in Optional(root, "added_tokens")?.EnumerateArray() ?? default)
        {
            var content = token.GetProperty("content").GetString()!;
            if (IsTrue(token, "lstrip") || IsTrue(token, "rstrip") || IsTrue(token, "single_word"))
                throw new NotSupportedException($"{path}: the added token '{content}' has lstrip, rstrip or single_word set, which is not supported.");
            added[content] = token.GetProperty("id").GetInt32();
        }

        return added;
    }

    private static JsonElement? Optional(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string? TypeOf(JsonElement? element) =>
        element is { } e && e.TryGetProperty("type", out var type) ? type.GetString() : null;

    private static bool IsTrue(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static bool HasText(JsonElement parent, string name) =>
        Optional(parent, name)?.GetString() is { Length: > 0 };
}
