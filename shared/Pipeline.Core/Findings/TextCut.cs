namespace Pipeline.Core.Findings;

/// <summary>Cuts pieces out of texts without cutting a character in half.</summary>
internal static class TextCut
{
    /// <summary>The piece between two places, a half of a surrogate pair at its ends left out.</summary>
    public static string Whole(string text, int from, int to)
    {
        if (from > 0 && from < to && char.IsLowSurrogate(text[from]))
            from++;
        if (to < text.Length && to > from && char.IsHighSurrogate(text[to - 1]))
            to--;
        return text[from..to];
    }

    /// <summary>Some forty characters on each side of a place.</summary>
    public static string Around(string text, int place)
    {
        const int Side = 40;
        var from = Math.Max(0, place - Side);
        var to = Math.Min(text.Length, place + Side);
        return $"{(from > 0 ? "…" : "")}{Whole(text, from, to)}{(to < text.Length ? "…" : "")}";
    }
}
