using System.Globalization;
using System.Text;

namespace Pipeline.Functions.Serving.Explaining;

/// <summary>
/// Finds the words of a text: letters, digits and marks in a row, with apostrophes and hyphens between them. An ideograph, and a
/// syllable of Kana, is a word by itself, since nothing shows where such words end. Other signs in a row, such as <c>!!!</c>, are one too.
/// </summary>
internal static class WordSpans
{
    private enum Kind
    {
        Space,
        Letter,
        Alone,
        Joint,
        Sign,
    }

    /// <summary>The words of an input, in its order; those of a second text behind those of the first.</summary>
    /// <param name="input">The input.</param>
    /// <param name="most">Words of each text, at most; the rest of it is not looked at.</param>
    public static IReadOnlyList<WordSpan> Of(TextInput input, int most) =>
        [.. In(input.Text, isPair: false).Take(most), .. input.TextPair is { } pair ? In(pair, isPair: true).Take(most) : []];

    /// <summary>Puts neighbours together where there are too many words.</summary>
    /// <param name="words">The words.</param>
    /// <param name="most">Spans, at least 2.</param>
    public static IReadOnlyList<WordSpan> Joined(IReadOnlyList<WordSpan> words, int most)
    {
        if (words.Count <= most)
            return words;
        // A span lies in one text. Each text with a share of a span left over takes one more, so one is kept back for it.
        var size = (int)Math.Ceiling(words.Count / (most - 1.0));
        return [.. words.GroupBy(w => w.IsPair).SelectMany(text => text.Chunk(size).Select(run => run[0] with { End = run[^1].End }))];
    }

    private static IEnumerable<WordSpan> In(string text, bool isPair)
    {
        var (start, kind) = (0, Kind.Space);
        for (var at = 0; at <= text.Length;)
        {
            var (next, width) = at == text.Length ? (Kind.Space, 1) : KindAt(text, at, kind);
            if (next != kind || next == Kind.Alone)
            {
                if (kind != Kind.Space)
                    yield return new WordSpan(start, at, isPair);
                (start, kind) = (at, next);
            }

            at += width;
        }
    }

    private static (Kind Kind, int Width) KindAt(string text, int at, Kind before)
    {
        // Half a surrogate pair is no character; it counts as a sign.
        var isRune = Rune.TryGetRuneAt(text, at, out var rune);
        var width = isRune ? rune.Utf16SequenceLength : 1;
        var kind = isRune ? Of(rune) : Kind.Sign;
        if (kind != Kind.Joint)
            return (kind, width);
        var joins = before == Kind.Letter && at + 1 < text.Length && Rune.TryGetRuneAt(text, at + 1, out var after) && Of(after) == Kind.Letter;
        return (joins ? Kind.Letter : Kind.Sign, width);
    }

    private static Kind Of(Rune rune)
    {
        if (Rune.IsWhiteSpace(rune))
            return Kind.Space;
        if (rune.Value is '\'' or '\u2019' or '-')
            return Kind.Joint;
        // CJK ideographs with their extensions, and Kana.
        if (rune.Value is (>= 0x3040 and <= 0x30FF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x3134F))
            return Kind.Alone;
        return Rune.IsLetterOrDigit(rune)
            || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.ConnectorPunctuation
                ? Kind.Letter
                : Kind.Sign;
    }
}
