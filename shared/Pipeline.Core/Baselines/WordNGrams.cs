using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Pipeline.Core.Baselines;

/// <summary>
/// The words and pairs of neighbouring words of a text, lower-cased, as 64-bit hashes.
/// A word is a longest run of letters, digits and underscores. With a million features the chance
/// that any two share a hash is below one in ten million, so the hash stands for the n-gram.
/// </summary>
internal static class WordNGrams
{
    /// <summary>Counts each n-gram of a text.</summary>
    public static void Count(string text, Dictionary<ulong, int> counts)
    {
        Span<char> buffer = stackalloc char[64];
        ulong? previous = null;
        for (var start = 0; start < text.Length;)
        {
            if (!IsWordCharacter(text[start]))
            {
                start++;
                continue;
            }

            var end = start;
            while (end < text.Length && IsWordCharacter(text[end]))
                end++;
            var word = HashOf(text.AsSpan(start, end - start), buffer);
            CollectionsMarshal.GetValueRefOrAddDefault(counts, word, out _)++;
            if (previous is { } left)
                CollectionsMarshal.GetValueRefOrAddDefault(counts, HashOfPair(left, word), out _)++;
            previous = word;
            start = end;
        }
    }

    private static bool IsWordCharacter(char c) => char.IsLetterOrDigit(c) || c == '_' || char.IsSurrogate(c);

    private static ulong HashOf(ReadOnlySpan<char> word, Span<char> buffer)
    {
        var lower = word.Length <= buffer.Length ? buffer[..word.Length] : new char[word.Length];
        word.ToLowerInvariant(lower);
        return XxHash3.HashToUInt64(MemoryMarshal.AsBytes(lower));
    }

    private static ulong HashOfPair(ulong left, ulong right)
    {
        ReadOnlySpan<ulong> pair = [left, right];
        return XxHash3.HashToUInt64(MemoryMarshal.AsBytes(pair), seed: 2);
    }
}
