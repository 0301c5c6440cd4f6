using System.Buffers;

namespace Pipeline.Core.Findings;

/// <summary>Finds tags of HTML, its entities (<c>&amp;amp;</c>), and what is left of them where a program took the ampersand (<c>#39;</c>).</summary>
internal static class MarkupFinder
{
    private const int LongestTag = 300;

    private static readonly SearchValues<char> Starts = SearchValues.Create("<&#");
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    // 's' is left out: <s> is a token of language models.
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Tags = new HashSet<string>(
        "a abbr article aside b big blockquote body br button center cite code col div dl em fieldset figure font footer form h1 h2 h3 h4 h5 h6 head header hr html i iframe img input ins label li link main meta nav ol option p pre script section select small span strike strong style sub sup svg table tbody td textarea th thead title tr u ul video"
            .Split(' '), StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Entities = new HashSet<string>(
        "amp lt gt quot apos nbsp copy reg trade bull middot hellip mdash ndash lsquo rsquo ldquo rdquo laquo raquo euro pound cent deg times auml ouml uuml Auml Ouml Uuml szlig agrave aacute acirc eacute egrave ecirc iacute oacute ocirc uacute ntilde ccedil"
            .Split(' '), StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The first place with markup, or -1.</summary>
    public static int Find(ReadOnlySpan<char> text)
    {
        for (var from = 0; ;)
        {
            var at = text[from..].IndexOfAny(Starts);
            if (at < 0)
                return -1;
            from += at;
            var rest = text[(from + 1)..];
            if (text[from] switch { '<' => IsTag(rest), '&' => IsEntity(rest), _ => IsNumber(rest) })
                return from;
            from++;
        }
    }

    private static bool IsTag(ReadOnlySpan<char> rest)
    {
        if (rest.StartsWith("!--") || rest.StartsWith("!DOCTYPE", StringComparison.OrdinalIgnoreCase))
            return true;
        var closes = rest is ['/', ..];
        if (closes)
            rest = rest[1..];
        var (end, first) = (0, rest.IsEmpty ? ' ' : rest[0]);
        while (end < rest.Length && char.IsAsciiLetterOrDigit(rest[end]))
            end++;
        if (end == 0 || end == rest.Length || rest[end] is not ('>' or ' ' or '/' or '\n' or '\r') || !Tags.Contains(rest[..end]))
            return false;
        // "a <b and c> d" is no tag: what follows the name is '>', '/>' or an attribute with its value.
        rest = rest[end..Math.Min(rest.Length, end + LongestTag)];
        var close = rest.IndexOf('>');
        if (close < 0)
            return false;
        var inside = rest[..close].Trim();
        // One capital alone is a ticker symbol rather than a tag: "USAir Group <U>".
        return inside.Contains('=') || (inside is "" or "/" && (closes || end > 1 || char.IsAsciiLetterLower(first)));
    }

    private static bool IsEntity(ReadOnlySpan<char> rest)
    {
        if (rest is ['#', ..])
            return IsNumber(rest[1..]);
        var end = rest[..Math.Min(rest.Length, 8)].IndexOf(';');
        return end > 0 && Entities.Contains(rest[..end]);
    }

    // "39;" or "x27;".
    private static bool IsNumber(ReadOnlySpan<char> rest)
    {
        var end = rest[..Math.Min(rest.Length, 8)].IndexOf(';');
        if (end < 2)
            return false;
        var digits = rest[..end];
        return digits[0] is 'x' or 'X'
            ? digits.Length > 2 && !digits[1..].ContainsAnyExcept(HexDigits)
            : !digits.ContainsAnyExceptInRange('0', '9');
    }
}
