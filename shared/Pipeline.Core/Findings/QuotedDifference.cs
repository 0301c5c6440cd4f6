namespace Pipeline.Core.Findings;

/// <summary>Two texts in one line, around the place where they begin to differ.</summary>
internal static class QuotedDifference
{
    private const int Before = 20;
    private const int After = 24;

    /// <summary>What stands in the one and in the other.</summary>
    public static string Of(string original, string copy)
    {
        var same = original.AsSpan().CommonPrefixLength(copy);
        return $"'{Cut(original, same)}' became '{Cut(copy, same)}'";
    }

    private static string Cut(string text, int at)
    {
        var from = Math.Max(0, Math.Min(at, text.Length) - Before);
        var to = Math.Min(text.Length, from + Before + After);
        return $"{(from > 0 ? "…" : "")}{TextCut.Whole(text, from, to)}{(to < text.Length ? "…" : "")}";
    }
}
