using System.Text.Json;

namespace Pipeline.Core.Tokenization;

/// <summary>Byte-level BPE in a <c>tokenizer.json</c>.</summary>
internal static class BpeJson
{
    public static ByteLevelBpeTokenizer Read(string directory, string path, JsonElement root, IReadOnlyList<AddedToken> added, TokenizerConfigFiles config)
    {
        RefuseOthers(path, root);
        var model = root.GetProperty("model");
        var tokens = JsonFile.WholeNumbers(model.GetProperty("vocab"));
        var processor = JsonFile.Optional(root, "post_processor");
        var settings = new SettingsReader(directory, tokens, config, added, SettingsReader.ClassOfBpe(tokens));
        // GPT-2's file says nothing of pairs; there the token that ends a text keeps them apart.
        var template = TemplateJson.Read(path, processor, settings) ?? SpecialTokenTemplate.Gpt(settings.IdOfFirst("eos_token", "sep_token", "bos_token", "unk_token"));
        return new ByteLevelBpeTokenizer(new BpeVocabulary { Tokens = tokens, Merges = ReadMerges(path, model), Settings = settings.With(template) });
    }

    public static void Write(string directory, BpeVocabulary vocabulary) =>
        TokenizerJson.Write(directory, vocabulary.Settings, vocabulary.Tokens, json =>
        {
            json.WriteNull("normalizer");
            WriteByteLevel(json, "pre_tokenizer");
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
            TokenizerJson.WriteTokens(json, vocabulary.Tokens);
            json.WriteStartArray("merges");
            foreach (var (left, right) in vocabulary.Merges)
                json.WriteStringValue($"{left} {right}");
            json.WriteEndArray();
            json.WriteEndObject();
        });

    private static void WriteByteLevel(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject(name);
        json.WriteString("type", "ByteLevel");
        json.WriteBoolean("add_prefix_space", false);
        json.WriteBoolean("trim_offsets", true);
        json.WriteBoolean("use_regex", true);
        json.WriteEndObject();
    }

    private static void RefuseOthers(string path, JsonElement root)
    {
        var model = root.GetProperty("model");
        var words = JsonFile.Optional(root, "pre_tokenizer");
        var reason =
            JsonFile.TypeOf(words) != "ByteLevel" ? $"its pre-tokenizer is {JsonFile.TypeOf(words) ?? "none"}"
            : JsonFile.Flag(words!.Value, "add_prefix_space") == true ? "its pre-tokenizer puts a space before the text (add_prefix_space)"
            : JsonFile.Flag(words!.Value, "use_regex") == false ? "its pre-tokenizer does not cut words (use_regex)"
            : JsonFile.Optional(root, "normalizer") is { } normalizer ? $"it normalizes the text ({JsonFile.TypeOf(normalizer)})"
            : HasText("continuing_subword_prefix") || HasText("end_of_word_suffix") ? "its tokens carry a prefix or suffix"
            : JsonFile.Flag(model, "ignore_merges") == true ? "it looks whole words up first (ignore_merges)"
            : JsonFile.Optional(model, "dropout") is { ValueKind: JsonValueKind.Number } dropout && dropout.GetDouble() > 0 ? "it leaves merges out at random (dropout)"
            : null;
        if (reason is not null)
            throw new NotSupportedException($"{path}: {reason}. Byte-level BPE as in GPT-2, GPT-Neo and RoBERTa is supported.");

        bool HasText(string name) => JsonFile.Text(model, name) is { Length: > 0 };
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
}
