using System.Text.Json;

namespace Pipeline.Core.Tokenization;

/// <summary>WordPiece in a <c>tokenizer.json</c>.</summary>
internal static class WordPieceJson
{
    public static WordPieceTokenizer Read(string directory, string path, JsonElement root, IReadOnlyList<AddedToken> added, TokenizerConfigFiles config)
    {
        var words = JsonFile.Optional(root, "pre_tokenizer");
        if (JsonFile.TypeOf(words) != "BertPreTokenizer")
            throw new NotSupportedException($"{path}: its pre-tokenizer is {JsonFile.TypeOf(words) ?? "none"}. WordPiece as in BERT (BertPreTokenizer) is supported.");

        var model = root.GetProperty("model");
        var tokens = JsonFile.WholeNumbers(model.GetProperty("vocab"));
        var settings = new SettingsReader(directory, tokens, config, added, TokenizerClasses.Bert);
        return new WordPieceTokenizer(new WordPieceVocabulary
        {
            Tokens = tokens,
            UnknownToken = JsonFile.Text(model, "unk_token") ?? "[UNK]",
            ContinuingPrefix = JsonFile.Text(model, "continuing_subword_prefix") ?? "##",
            MaxInputCharsPerWord = JsonFile.Optional(model, "max_input_chars_per_word")?.GetInt32() ?? 100,
            Normalization = ReadNormalizer(path, JsonFile.Optional(root, "normalizer")).With(config),
            Settings = settings.With(TemplateJson.Read(path, JsonFile.Optional(root, "post_processor"), settings) ?? Bare(settings)),
        });
    }

    public static void Write(string directory, WordPieceVocabulary vocabulary) =>
        TokenizerJson.Write(directory, vocabulary.Settings, vocabulary.Tokens, json =>
        {
            json.WriteStartObject("normalizer");
            json.WriteString("type", "BertNormalizer");
            json.WriteBoolean("clean_text", vocabulary.Normalization.CleanText);
            json.WriteBoolean("handle_chinese_chars", vocabulary.Normalization.HandleChineseChars);
            if (vocabulary.Normalization.StripAccents is { } strip)
                json.WriteBoolean("strip_accents", strip);
            else
                json.WriteNull("strip_accents");
            json.WriteBoolean("lowercase", vocabulary.Normalization.Lowercase);
            json.WriteEndObject();
            json.WriteStartObject("pre_tokenizer");
            json.WriteString("type", "BertPreTokenizer");
            json.WriteEndObject();
            json.WriteStartObject("decoder");
            json.WriteString("type", "WordPiece");
            json.WriteString("prefix", vocabulary.ContinuingPrefix);
            json.WriteBoolean("cleanup", true);
            json.WriteEndObject();
            json.WriteStartObject("model");
            json.WriteString("type", "WordPiece");
            json.WriteString("unk_token", vocabulary.UnknownToken);
            json.WriteString("continuing_subword_prefix", vocabulary.ContinuingPrefix);
            json.WriteNumber("max_input_chars_per_word", vocabulary.MaxInputCharsPerWord);
            json.WritePropertyName("vocab");
            TokenizerJson.WriteTokens(json, vocabulary.Tokens);
            json.WriteEndObject();
        });

    private static BertNormalization ReadNormalizer(string path, JsonElement? normalizer) => JsonFile.TypeOf(normalizer) switch
    {
        null when normalizer is null => BertNormalization.None,
        "BertNormalizer" => new BertNormalization
        {
            CleanText = JsonFile.Flag(normalizer!.Value, "clean_text") ?? true,
            HandleChineseChars = JsonFile.Flag(normalizer.Value, "handle_chinese_chars") ?? true,
            StripAccents = JsonFile.Flag(normalizer.Value, "strip_accents"),
            Lowercase = JsonFile.Flag(normalizer.Value, "lowercase") ?? true,
        },
        var other => throw new NotSupportedException($"{path}: its normalizer is {other ?? "unnamed"}. BertNormalizer is supported."),
    };

    // A file without post-processor adds no tokens.
    private static SpecialTokenTemplate Bare(SettingsReader settings) => new(
        [TemplatePiece.Text()],
        [TemplatePiece.Text(), TemplatePiece.Pair(1)],
        settings.IdOfFirst("sep_token", "eos_token", "pad_token"),
        TokenizerClasses.HasTokenTypes(settings.TokenizerClass));
}
