namespace Pipeline.Functions.Serving;

/// <summary>A text has more tokens than the model reads, and was not to be cut.</summary>
/// <param name="index">Its place among the texts of the request, from 0.</param>
/// <param name="tokens">Tokens of the text or pair, the special ones included.</param>
/// <param name="limit">Tokens that the model reads.</param>
internal sealed class TextTooLongException(int index, int tokens, int limit)
    : Exception($"Text {index} has {tokens} tokens; the model reads {limit}.")
{
    /// <summary>Its place among the texts of the request, from 0.</summary>
    public int Index { get; } = index;

    /// <summary>Tokens of the text or pair, the special ones included.</summary>
    public int Tokens { get; } = tokens;

    /// <summary>Tokens that the model reads.</summary>
    public int Limit { get; } = limit;
}
