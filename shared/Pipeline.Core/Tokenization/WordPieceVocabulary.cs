namespace Pipeline.Core.Tokenization;

/// <summary>A WordPiece vocabulary in the terms of Hugging Face's files.</summary>
public sealed record WordPieceVocabulary
{
    /// <summary>Token to id. A token that goes on with a word begins with <see cref="ContinuingPrefix"/>.</summary>
    public required IReadOnlyDictionary<string, int> Tokens { get; init; }

    /// <summary>Stands for a word that the tokens cannot make. Default <c>[UNK]</c>.</summary>
    public string UnknownToken { get; init; } = "[UNK]";

    /// <summary>Begins the tokens that go on with a word. Default <c>##</c>.</summary>
    public string ContinuingPrefix { get; init; } = "##";

    /// <summary>A word of more characters is unknown. Default 100.</summary>
    public int MaxInputCharsPerWord { get; init; } = 100;

    /// <summary>What is done to the text first.</summary>
    public required BertNormalization Normalization { get; init; }

    /// <summary>Special tokens, their parts, and where they stand.</summary>
    public required TokenizerSettings Settings { get; init; }
}
