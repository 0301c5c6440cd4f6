namespace Pipeline.Core.Tokenization;

/// <summary>The options of Hugging Face's <c>BertNormalizer</c>.</summary>
public sealed record BertNormalization
{
    /// <summary>Control characters go, and any white space becomes a space. Default true.</summary>
    public bool CleanText { get; init; } = true;

    /// <summary>Each Chinese character is a word. Default true.</summary>
    public bool HandleChineseChars { get; init; } = true;

    /// <summary>Accents go; null means: where the text is lower-cased. Default null.</summary>
    public bool? StripAccents { get; init; }

    /// <summary>The text is lower-cased: the difference between an uncased and a cased vocabulary. Default true.</summary>
    public bool Lowercase { get; init; } = true;

    /// <summary>Nothing is changed.</summary>
    internal static BertNormalization None { get; } = new() { CleanText = false, HandleChineseChars = false, StripAccents = false, Lowercase = false };

    /// <summary>What <c>tokenizer_config.json</c> says wins, as where <c>transformers</c> loads a folder.</summary>
    internal BertNormalization With(TokenizerConfigFiles config) => this with
    {
        Lowercase = config.DoLowerCase ?? Lowercase,
        StripAccents = config.StripAccents ?? StripAccents,
        HandleChineseChars = config.TokenizeChineseChars ?? HandleChineseChars,
    };

    /// <summary>The members of <c>tokenizer_config.json</c>.</summary>
    internal IEnumerable<KeyValuePair<string, object>> ConfigMembers() =>
    [
        KeyValuePair.Create("do_lower_case", (object)Lowercase),
        KeyValuePair.Create("tokenize_chinese_chars", (object)HandleChineseChars),
        KeyValuePair.Create("strip_accents", (object)StripAccents!),
    ];
}
