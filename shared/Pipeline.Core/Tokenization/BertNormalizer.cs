using System.Text;

namespace Pipeline.Core.Tokenization;

/// <summary>Hugging Face's <c>BertNormalizer</c>, on code points: its steps in its order.</summary>
internal sealed class BertNormalizer(BertNormalization options)
{
    private readonly bool _stripAccents = options.StripAccents ?? options.Lowercase;

    /// <summary>Normalizes a text. Half a surrogate pair counts as U+FFFD.</summary>
    /// <param name="text">A text, or a part between two ASCII spaces or punctuation marks: nothing reaches across those.</param>
    /// <param name="result">Emptied, then filled with code points.</param>
    /// <param name="scratch">Room for a step in between.</param>
    public void Normalize(ReadOnlySpan<char> text, List<int> result, List<int> scratch)
    {
        result.Clear();
        var decomposes = false;
        foreach (var rune in text.EnumerateRunes())
        {
            var c = rune.Value;
            var traits = BertCharacter.Of(c);
            if (options.CleanText)
            {
                if ((traits & BertTraits.Removed) != 0)
                    continue;
                if ((traits & BertTraits.WhiteSpace) != 0)
                    c = ' ';
            }

            decomposes |= (traits & (BertTraits.Decomposes | BertTraits.Mark)) != 0;
            if (options.HandleChineseChars && (traits & BertTraits.Chinese) != 0)
                result.AddRange([' ', c, ' ']);
            else
                result.Add(c);
        }

        if (_stripAccents && decomposes)
            StripAccents(result, scratch);
        if (options.Lowercase)
            Lowercase(result, scratch);
    }

    private static void StripAccents(List<int> text, List<int> scratch)
    {
        scratch.Clear();
        CanonicalDecomposition.Decompose(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(text), scratch);
        text.Clear();
        foreach (var c in scratch)
        {
            if ((BertCharacter.Of(c) & BertTraits.Mark) == 0)
                text.Add(c);
        }
    }

    private static void Lowercase(List<int> text, List<int> scratch)
    {
        scratch.Clear();
        scratch.AddRange(text);
        text.Clear();
        foreach (var c in scratch)
        {
            text.Add(Lower(c));
            if (c == CapitalIWithDot)
                text.Add(DotAbove);
        }
    }

    // The one character whose lower case is two.
    private const int CapitalIWithDot = 0x130, DotAbove = 0x307;

    // Letters of Unicode 17, which Hugging Face knows and .NET does not yet.
    private static int Lower(int c) => c switch
    {
        < 128 => c is >= 'A' and <= 'Z' ? c + 32 : c,
        CapitalIWithDot => 'i',
        0xA7CE or 0xA7D2 or 0xA7D4 => c + 1,
        >= 0x16EA0 and <= 0x16EB8 => c + 0x1B,
        _ => Rune.ToLowerInvariant(new Rune(c)).Value,
    };
}
