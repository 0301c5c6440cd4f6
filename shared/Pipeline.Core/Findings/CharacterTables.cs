using System.Globalization;

namespace Pipeline.Core.Findings;

/// <summary>What a UTF-16 unit is to a word scanner, looked up instead of computed.</summary>
internal static class CharacterTables
{
    /// <summary>Not part of a word.</summary>
    public const byte Separator = 0;

    /// <summary>A letter, a mark, or half of a surrogate pair.</summary>
    public const byte Letter = 1;

    /// <summary>A digit.</summary>
    public const byte Digit = 2;

    /// <summary>A letter of a script that is written without spaces; a word by itself.</summary>
    public const byte Ideograph = 3;

    /// <summary>The kind of each unit.</summary>
    public static byte[] Kinds { get; } = [.. Enumerable.Range(0, char.MaxValue + 1).Select(c => KindOf((char)c))];

    /// <summary>Each unit in lower case.</summary>
    public static char[] Lower { get; } = [.. Enumerable.Range(0, char.MaxValue + 1).Select(c => char.ToLowerInvariant((char)c))];

    /// <summary>The <see cref="Script"/> of each letter.</summary>
    public static byte[] Scripts { get; } = [.. Enumerable.Range(0, char.MaxValue + 1).Select(c => (byte)ScriptRanges.Of((char)c))];

    private static byte KindOf(char c)
    {
        // Kana, Han and Thai.
        if (c is (>= '\u3041' and <= '\u30FF') or (>= '\u3400' and <= '\u9FFF') or (>= '\u0E01' and <= '\u0E4E'))
            return Ideograph;
        if (char.IsLetter(c) || char.IsSurrogate(c))
            return Letter;
        if (char.IsDigit(c))
            return Digit;
        return char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark ? Letter : Separator;
    }
}
