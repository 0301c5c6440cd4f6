namespace Pipeline.Core.Tokenization;

/// <summary>A byte-level BPE vocabulary in the terms of Hugging Face's files.</summary>
public sealed record BpeVocabulary
{
    /// <summary>Token to id, in GPT-2's printable alphabet (a space is <c>Ġ</c>). Special tokens are in it as they are.</summary>
    public required IReadOnlyDictionary<string, int> Tokens { get; init; }

    /// <summary>What is merged, the most frequent first.</summary>
    public required IReadOnlyList<(string Left, string Right)> Merges { get; init; }

    /// <summary>Special tokens, their parts, and where they stand.</summary>
    public required TokenizerSettings Settings { get; init; }
}
