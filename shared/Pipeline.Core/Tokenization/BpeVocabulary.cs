namespace Pipeline.Core.Tokenization;

/// <summary>A byte-level BPE vocabulary in the terms of Hugging Face's files.</summary>
public sealed record BpeVocabulary
{
    /// <summary>Token to id, in GPT-2's printable alphabet (a space is <c>Ġ</c>). Special tokens are in it as they are.</summary>
    public required IReadOnlyDictionary<string, int> Tokens { get; init; }

    /// <summary>What is merged, the most frequent first.</summary>
    public required IReadOnlyList<(string Left, string Right)> Merges { get; init; }

    /// <summary>Special tokens by their text; each is found in a text before anything else and is never cut.</summary>
    public required IReadOnlyDictionary<string, int> SpecialTokens { get; init; }

    /// <summary>The text that ends a document and stands for the unknown. Default <c>&lt;|endoftext|&gt;</c>.</summary>
    public string EndOfTextToken { get; init; } = "<|endoftext|>";

    /// <summary>The token batches are padded with; null where there is none.</summary>
    public string? PadToken { get; init; }
}
