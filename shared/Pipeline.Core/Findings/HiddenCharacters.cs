using System.Buffers;

namespace Pipeline.Core.Findings;

/// <summary>
/// Characters that no one sees: the controls of ASCII and Latin-1 but tab and line breaks, spaces without width, soft hyphens and overrides of the
/// writing direction. Joiners (U+200C, U+200D) and direction marks are not among them: Persian, Hebrew and emoji need them.
/// </summary>
internal static class HiddenCharacters
{
    private static readonly SearchValues<char> All = SearchValues.Create(
    [
        .. Range('\u0000', '\u0008'), '\u000B', '\u000C', .. Range('\u000E', '\u001F'), .. Range('\u007F', '\u009F'),
        '\u00AD', '\u200B', '\u2060', '\uFEFF', .. Range('\u202A', '\u202E'), .. Range('\u2066', '\u2069'),
    ]);

    /// <summary>The first one, or -1.</summary>
    public static int Find(ReadOnlySpan<char> text) => text.IndexOfAny(All);

    /// <summary>The text with each of them written as <c>[U+200B]</c>, so that it can be shown, and can do nothing to a terminal.</summary>
    public static string Show(string text)
    {
        if (Find(text) < 0)
            return text;
        return string.Concat(text.Select(c => All.Contains(c) ? $"[U+{(int)c:X4}]" : c.ToString()));
    }

    private static IEnumerable<char> Range(char first, char last) => Enumerable.Range(first, last - first + 1).Select(c => (char)c);
}
