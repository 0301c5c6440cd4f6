namespace Pipeline.Core.Datasets.Reading;

/// <summary>The three line breaks that files have: <c>\n</c>, <c>\r\n</c> and a lone <c>\r</c>.</summary>
internal static class LineBreaks
{
    /// <summary>Where the first break begins, or -1.</summary>
    public static int IndexOf(ReadOnlySpan<byte> text) => text.IndexOfAny((byte)'\n', (byte)'\r');

    /// <summary>How many there are; <c>\r\n</c> is one.</summary>
    public static int Count(ReadOnlySpan<byte> text)
    {
        var count = text.Count((byte)'\n');
        for (var rest = text; rest.IndexOf((byte)'\r') is >= 0 and var at; rest = rest[(at + 1)..])
        {
            if (at + 1 >= rest.Length || rest[at + 1] != '\n')
                count++;
        }

        return count;
    }

    /// <summary>The text with <c>\n</c> for every break.</summary>
    public static string Normalize(string text) =>
        text.Contains('\r') ? text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n') : text;
}
