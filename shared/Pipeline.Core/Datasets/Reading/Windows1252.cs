namespace Pipeline.Core.Datasets.Reading;

/// <summary>The 32 characters in which Windows-1252 differs from Latin-1 (https://encoding.spec.whatwg.org/index-windows-1252.txt; five bytes have none).</summary>
internal static class Windows1252
{
    private const string From0x80 = "€\0‚ƒ„…†‡ˆ‰Š‹Œ\0Ž\0\0‘’“”•–—˜™š›œ\0žŸ";

    /// <summary>Turns text that was read as Latin-1 into what it is.</summary>
    /// <exception cref="DatasetRejectedException">It has a byte that stands for no character.</exception>
    public static void Replace(Span<char> text, long line)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is < '\u0080' or > '\u009F')
                continue;
            var replaced = From0x80[text[i] - 0x80];
            if (replaced == '\0')
                throw new DatasetRejectedException(FindingKind.BadEncoding, $"Byte 0x{(int)text[i]:X2} is no character of windows-1252.", line + text[..i].Count('\n'));
            text[i] = replaced;
        }
    }
}
