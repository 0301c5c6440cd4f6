namespace Pipeline.Core.Findings;

/// <summary>The bytes of Windows-1252, for texts that were decoded with it by mistake.</summary>
internal static class Windows1252
{
    // 0x80 to 0x9F; what the code page leaves open stands for itself, as browsers have it.
    private const string High = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ";

    /// <summary>The byte that a character was read from, in Windows-1252 or in Latin-1; -1 where it is none.</summary>
    public static int ByteOf(char c)
    {
        if (c < '\u0100')
            return c;
        var index = High.IndexOf(c, StringComparison.Ordinal);
        return index < 0 ? -1 : 0x80 + index;
    }

    /// <summary>The character that a control of Latin-1 (U+0080 to U+009F) is in Windows-1252; the control itself where there is none.</summary>
    public static char OfControl(char c) => High[c - 0x80];
}
