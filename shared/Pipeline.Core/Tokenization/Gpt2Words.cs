using System.Text;

namespace Pipeline.Core.Tokenization;

/// <summary>
/// Cuts text into words as GPT-2 does:
/// <c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c>.
/// Written out by hand because .NET's regular expressions see UTF-16 halves where Hugging Face sees whole letters
/// beyond U+FFFF, and because it is several times as fast.
/// </summary>
internal static class Gpt2Words
{
    private enum Kind : byte { Space, Letter, Number, Other }

    private static readonly Kind[] Ascii = [.. Enumerable.Range(0, 128).Select(c => Classify(new Rune(c)))];

    /// <summary>Where the word that begins at <paramref name="start"/> ends.</summary>
    public static int EndOf(ReadOnlySpan<char> text, int start) => start + NextEnd(text[start..], out _);

    /// <summary>Where the first word of a text ends.</summary>
    /// <param name="text">At least one character.</param>
    /// <param name="isAscii">Whether the word is ASCII throughout; false also where finding out was not worth it.</param>
    public static int NextEnd(ReadOnlySpan<char> text, out bool isAscii)
    {
        // Nearly every word is ASCII of one kind, with or without a space before it.
        var kinds = Ascii;
        var at = text[0] == ' ' ? 1 : 0;
        if (at < text.Length && text[at] < 128 && kinds[text[at]] is var kind && kind != Kind.Space && text[0] != '\'')
        {
            at++;
            while (at < text.Length && text[at] < 128 && kinds[text[at]] == kind)
                at++;
            if (at == text.Length || text[at] < 128)
            {
                isAscii = true;
                return at;
            }
        }

        var end = SlowEnd(text);
        isAscii = IsShortAscii(text[..end]);
        return end;
    }

    private static bool IsShortAscii(ReadOnlySpan<char> word) => word.Length <= WordKey.LongestWord && System.Text.Ascii.IsValid(word);

    private static int SlowEnd(ReadOnlySpan<char> text)
    {
        if (text[0] == '\'' && Contraction(text[1..]) is var suffix && suffix > 0)
            return 1 + suffix;

        var kind = KindAt(text, 0, out var width);
        if (kind != Kind.Space)
            return RunEnd(text, width, kind);

        // " ?" belongs to the word after it, but only a plain space does.
        if (text[0] == ' ' && text.Length > 1 && KindAt(text, 1, out width) is var next && next != Kind.Space)
            return RunEnd(text, 1 + width, next);

        // \s+(?!\S)|\s+ : white space before a word leaves its last character to that word.
        var end = RunEnd(text, width, Kind.Space);
        return end < text.Length && end > 1 ? end - 1 : end;
    }

    private static int Contraction(ReadOnlySpan<char> rest) => rest switch
    {
        ['s' or 't' or 'm' or 'd', ..] => 1,
        ['r', 'e', ..] or ['v', 'e', ..] or ['l', 'l', ..] => 2,
        _ => 0,
    };

    private static int RunEnd(ReadOnlySpan<char> text, int from, Kind kind)
    {
        while (from < text.Length && KindAt(text, from, out var width) == kind)
            from += width;
        return from;
    }

    private static Kind KindAt(ReadOnlySpan<char> text, int index, out int width)
    {
        var c = text[index];
        width = 1;
        if (c < 128)
            return Ascii[c];
        // Half a surrogate pair becomes U+FFFD, which is neither letter nor number.
        Rune.DecodeFromUtf16(text[index..], out var rune, out width);
        return Classify(rune);
    }

    private static Kind Classify(Rune rune) =>
        Rune.IsWhiteSpace(rune) ? Kind.Space
        : Rune.IsLetter(rune) ? Kind.Letter
        : Rune.IsNumber(rune) ? Kind.Number
        : Kind.Other;
}
