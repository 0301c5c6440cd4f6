namespace Pipeline.Core.Tokenization;

/// <summary>What the files of a tokenizer say besides its vocabulary.</summary>
public sealed record TokenizerSettings
{
    /// <summary>Hugging Face's name of the tokenizer, such as <c>GPT2Tokenizer</c>.</summary>
    public required string TokenizerClass { get; init; }

    /// <summary>Tokens that are found in a text before anything else.</summary>
    public required IReadOnlyList<AddedToken> AddedTokens { get; init; }

    /// <summary>Which token plays which part: <c>bos_token</c>, <c>eos_token</c>, <c>unk_token</c>, <c>sep_token</c>, <c>cls_token</c>, <c>pad_token</c>, <c>mask_token</c>.</summary>
    public required IReadOnlyDictionary<string, string> Roles { get; init; }

    /// <summary>Where special tokens stand around a text.</summary>
    public required SpecialTokenTemplate Template { get; init; }

    /// <summary>The id of the token that plays a part; null where none does.</summary>
    public int? IdOfRole(string role, IReadOnlyDictionary<string, int> tokens) =>
        Roles.TryGetValue(role, out var token) ? IdOf(token, tokens) : null;

    /// <summary>The id of a token, added or of the vocabulary; null where there is none.</summary>
    public int? IdOf(string token, IReadOnlyDictionary<string, int> tokens) =>
        AddedTokens.FirstOrDefault(t => t.Content == token)?.Id ?? (tokens.TryGetValue(token, out var id) ? id : null);
}
