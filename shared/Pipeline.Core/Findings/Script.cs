namespace Pipeline.Core.Findings;

/// <summary>A writing system that can be told by its letters alone.</summary>
internal enum Script : byte
{
    Other,
    Latin,
    Greek,
    Cyrillic,
    Armenian,
    Hebrew,
    Arabic,
    Devanagari,
    Bengali,
    Tamil,
    Telugu,
    Thai,
    Georgian,
    Hangul,
    Kana,
    Han,
}

/// <summary>The blocks of Unicode that the scripts are in.</summary>
internal static class ScriptRanges
{
    private static readonly (char First, char Last, Script Script)[] Ranges =
    [
        ('A', 'Z', Script.Latin), ('a', 'z', Script.Latin), ('\u00C0', '\u024F', Script.Latin),
        ('\u0370', '\u03FF', Script.Greek), ('\u0400', '\u052F', Script.Cyrillic), ('\u0531', '\u058F', Script.Armenian),
        ('\u0591', '\u05F4', Script.Hebrew), ('\u0600', '\u06FF', Script.Arabic), ('\u0750', '\u077F', Script.Arabic),
        ('\u0900', '\u097F', Script.Devanagari), ('\u0980', '\u09FF', Script.Bengali), ('\u0B80', '\u0BFF', Script.Tamil),
        ('\u0C00', '\u0C7F', Script.Telugu), ('\u0E01', '\u0E4E', Script.Thai), ('\u10A0', '\u10FF', Script.Georgian),
        ('\u1E00', '\u1EFF', Script.Latin), ('\u1F00', '\u1FFF', Script.Greek), ('\u3041', '\u30FF', Script.Kana),
        ('\u3400', '\u9FFF', Script.Han), ('\uAC00', '\uD7AF', Script.Hangul),
    ];

    /// <summary>The script of a letter; <see cref="Script.Other"/> for what is none, or is in a script that is not told apart.</summary>
    public static Script Of(char c)
    {
        if (!char.IsLetter(c))
            return Script.Other;
        foreach (var (first, last, script) in Ranges)
        {
            if (c >= first && c <= last)
                return script;
        }

        return Script.Other;
    }
}
