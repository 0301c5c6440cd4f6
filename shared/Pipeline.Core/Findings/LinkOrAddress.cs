namespace Pipeline.Core.Findings;

/// <summary>Tells a text that is nothing but a link or a mail address.</summary>
internal static class LinkOrAddress
{
    /// <summary>Whether it is one.</summary>
    public static bool Is(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        if (text.IsEmpty || text.ContainsAny(" \t\r\n"))
            return false;
        if (text.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("www.", StringComparison.OrdinalIgnoreCase))
            return true;
        var at = text.IndexOf('@');
        return at > 0 && text[at..].Contains('.') && text[(at + 1)..].IndexOf('@') < 0;
    }
}
