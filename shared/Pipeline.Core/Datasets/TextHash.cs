using System.Buffers;
using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Pipeline.Core.Datasets;

/// <summary>Hash of a text that ignores case and spacing, so that copies of a text get the same one.</summary>
public static class TextHash
{
    /// <summary>64-bit XXH3 over the normalized text (lower-case, runs of white space as one space).</summary>
    /// <param name="text">The text.</param>
    /// <param name="pair">The second text of a pair; null for a single text.</param>
    public static ulong Of(string text, string? pair = null)
    {
        var buffer = ArrayPool<char>.Shared.Rent(text.Length + (pair?.Length ?? 0) + 1);
        try
        {
            var length = Fold(text, buffer, 0);
            if (pair is not null)
            {
                // No text has a zero character, so no text is taken for a pair.
                buffer[length++] = '\0';
                length = Fold(pair, buffer, length);
            }

            return XxHash3.HashToUInt64(MemoryMarshal.AsBytes(buffer.AsSpan(0, length)));
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
    }

    private static int Fold(string text, char[] folded, int start)
    {
        var length = start;
        var space = false;
        foreach (var c in text)
        {
            if (char.IsWhiteSpace(c))
            {
                space = length > start;
                continue;
            }

            if (space)
                folded[length++] = ' ';
            space = false;
            folded[length++] = char.ToLowerInvariant(c);
        }

        return length;
    }
}
