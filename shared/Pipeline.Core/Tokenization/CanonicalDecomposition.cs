using System.Runtime.InteropServices;

namespace Pipeline.Core.Tokenization;

/// <summary>
/// Unicode's normalization form D (UAX #15), which .NET cannot make where it runs without ICU, and which Hugging Face makes
/// with the tables of Unicode 9.0.
/// </summary>
internal static class CanonicalDecomposition
{
    // Hangul syllables are laid out so that their parts are computed (UAX #15, section 16).
    private const int HangulBase = 0xAC00, HangulEnd = 0xD7A4, LeadBase = 0x1100, VowelBase = 0x1161, TrailBase = 0x11A7, Vowels = 21, Trails = 28;

    private static readonly Dictionary<int, int[]> Parts = ReadParts();
    private static readonly Dictionary<int, byte> Classes = ReadClasses();

    /// <summary>The characters that are changed, or may change places.</summary>
    public static IEnumerable<int> Affected => Parts.Keys.Concat(Classes.Keys).Concat(Enumerable.Range(HangulBase, HangulEnd - HangulBase));

    /// <summary>Decomposes characters and puts combining ones into their order.</summary>
    public static void Decompose(ReadOnlySpan<int> text, List<int> result)
    {
        foreach (var c in text)
        {
            if (c is >= HangulBase and < HangulEnd)
            {
                var syllable = c - HangulBase;
                result.Add(LeadBase + syllable / (Vowels * Trails));
                result.Add(VowelBase + syllable / Trails % Vowels);
                if (syllable % Trails > 0)
                    result.Add(TrailBase + syllable % Trails);
            }
            else if (Parts.TryGetValue(c, out var parts))
            {
                result.AddRange(parts);
            }
            else
            {
                result.Add(c);
            }
        }

        for (var start = 0; start < result.Count;)
        {
            var end = start;
            while (end < result.Count && Classes.ContainsKey(result[end]))
                end++;
            if (end - start > 1)
                PutInOrder(CollectionsMarshal.AsSpan(result)[start..end]);
            start = end + 1;
        }
    }

    // Characters of one class keep the order in which they came. Sorted, because a text may be nothing but accents.
    private static void PutInOrder(Span<int> combining)
    {
        var keys = new long[combining.Length];
        for (var i = 0; i < keys.Length; i++)
            keys[i] = ((long)Classes[combining[i]] << 32) | (uint)i;
        keys.AsSpan().Sort(combining);
    }

    private static Dictionary<int, int[]> ReadParts()
    {
        var parts = new Dictionary<int, int[]>();
        for (var rest = UnicodeTables.Decompositions; !rest.IsEmpty; rest = rest[(2 + rest[1])..])
            parts[rest[0]] = rest.Slice(2, rest[1]).ToArray();
        return parts;
    }

    private static Dictionary<int, byte> ReadClasses()
    {
        var classes = new Dictionary<int, byte>();
        for (var rest = UnicodeTables.CombiningClasses; !rest.IsEmpty; rest = rest[3..])
        {
            for (var c = rest[0]; c <= rest[1]; c++)
                classes[c] = (byte)rest[2];
        }

        return classes;
    }
}
