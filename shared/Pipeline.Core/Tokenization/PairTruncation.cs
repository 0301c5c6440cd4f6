namespace Pipeline.Core.Tokenization;

/// <summary>Hugging Face's <c>longest_first</c>: what is too much is taken from the end of the longer text until both are as long.</summary>
internal static class PairTruncation
{
    /// <summary>How many tokens of two texts stay.</summary>
    /// <param name="first">Tokens of the first text.</param>
    /// <param name="second">Tokens of the second text.</param>
    /// <param name="room">Tokens of both, at most.</param>
    public static (int First, int Second) LongestFirst(int first, int second, int room)
    {
        if ((long)first + second <= room)
            return (first, second);
        var shorter = Math.Min(first, second);
        // Both are longer than half of the room: each gets half, and the second the odd token, whichever is longer.
        if (room - shorter < shorter)
            return (room / 2, room - room / 2);
        return first <= second ? (shorter, room - shorter) : (room - shorter, shorter);
    }
}
