namespace Pipeline.Core.Tokenization;

/// <summary>Hugging Face's <c>longest_first</c>: what is too much is taken from the end of the longer text until both are as long.</summary>
internal static class PairTruncation
{
    /// <summary>How many tokens of two texts stay.</summary>
    /// <param name="first">Tokens of the first text.</param>
    /// <param name="second">Tokens of the second text.</param>
    /// <param name="maxLength">Tokens of the model's input, special ones included.</param>
    /// <param name="room">Tokens of both texts, at most.</param>
    public static (int First, int Second) LongestFirst(int first, int second, int maxLength, int room)
    {
        // Hugging Face leaves off a text at the end of the word with which it has as many tokens as the whole input. Where words
        // end is not known here, so of two such texts the other may get the odd token.
        (first, second) = (Math.Min(first, maxLength), Math.Min(second, maxLength));
        if ((long)first + second <= room)
            return (first, second);
        var shorter = Math.Min(first, second);
        // The shorter text stays whole as long as the longer one is no shorter than it is then. Where the room is odd, the
        // longer text keeps the odd token; of two equal ones, the second.
        var (less, more) = room - shorter >= shorter ? (shorter, room - shorter) : (room / 2, room - room / 2);
        return first <= second ? (less, more) : (more, less);
    }
}
