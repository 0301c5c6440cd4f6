using System.Text.Json;

namespace Pipeline.Core.Tokenization;

/// <summary>Hugging Face's <c>tokenizer.json</c>: what is the same for every kind of model in it.</summary>
internal static class TokenizerJson
{
    public static ITextTokenizer Read(string directory, TokenizerConfigFiles config)
    {
        var path = Path.Combine(directory, "tokenizer.json");
        var root = JsonFile.FindObject(path)!.Value;
        try
        {
            var model = root.GetProperty("model");
            var added = JsonFile.Optional(root, "added_tokens") is { } tokens
                ? tokens.EnumerateArray().Select(t => AddedTokenJson.Read(path, t, t.GetProperty("id").GetInt32())).ToList()
                : [];
            return KindOf(model) switch
            {
                "BPE" => BpeJson.Read(directory, path, root, added, config),
                "WordPiece" => WordPieceJson.Read(directory, path, root, added, config),
                var other => throw new NotSupportedException(
                    $"{path}: its model is {other}. Byte-level BPE (GPT-2, GPT-Neo, RoBERTa) and WordPiece (BERT, DistilBERT) are supported."),
            };
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or JsonException or FormatException or IndexOutOfRangeException or ArgumentException)
        {
            throw new InvalidDataException($"{path} is not a tokenizer file as Hugging Face writes it: {e.Message}", e);
        }
    }

    // Old files leave the type out; what only one kind has tells.
    private static string KindOf(JsonElement model) =>
        JsonFile.TypeOf(model)
        ?? (model.TryGetProperty("merges", out _) ? "BPE" : model.TryGetProperty("max_input_chars_per_word", out _) ? "WordPiece" : "an unnamed kind");

    /// <summary>Writes a tokenizer; the family writes its normalizer, pre-tokenizer, decoder and model.</summary>
    public static void Write(string directory, TokenizerSettings settings, IReadOnlyDictionary<string, int> tokens, Action<Utf8JsonWriter> writeFamily)
    {
        using var file = File.Create(Path.Combine(directory, "tokenizer.json"));
        using var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true, Encoder = PipelineJson.Encoder });
        json.WriteStartObject();
        json.WriteString("version", "1.0");
        json.WriteNull("truncation");
        json.WriteNull("padding");
        json.WriteStartArray("added_tokens");
        foreach (var token in settings.AddedTokens)
        {
            json.WriteStartObject();
            json.WriteNumber("id", token.Id);
            foreach (var (name, value) in AddedTokenJson.Members(token))
            {
                json.WritePropertyName(name);
                JsonSerializer.Serialize(json, value, CoreJson.Indented.Object);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        TemplateJson.Write(json, settings.Template, NameOf);
        writeFamily(json);
        json.WriteEndObject();

        string NameOf(int id) => settings.AddedTokens.FirstOrDefault(t => t.Id == id)?.Content ?? tokens.First(t => t.Value == id).Key;
    }

    public static void WriteTokens(Utf8JsonWriter json, IReadOnlyDictionary<string, int> tokens)
    {
        json.WriteStartObject();
        foreach (var (token, id) in tokens.OrderBy(t => t.Value))
            json.WriteNumber(token, id);
        json.WriteEndObject();
    }
}
