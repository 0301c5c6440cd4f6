using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;

namespace Pipeline.Core.Datasets;

/// <summary>Hash of a text that ignores case and spacing, so that copies of a text get the same one.</summary>
public static class TextHash
{
    /// <summary>64-bit XXH3 over the normalized text (lower-case, runs of white space as one space).</summary>
    public static ulong Of(string text)
    {
        var folded = new StringBuilder(text.Length);
        var space = false;
        foreach (var c in text)
        {
            if (char.IsWhiteSpace(c))
            {
                space = folded.Length > 0;
                continue;
            }

            if (space)
                folded.Append(' ');
            space = false;
            folded.Append(char.ToLowerInvariant(c));
        }

        return XxHash3.HashToUInt64(MemoryMarshal.AsBytes<char>(folded.ToString()));
    }
}
