using System.Buffers;
using System.Globalization;
using System.Text;

namespace Pipeline.Core.Findings;

/// <summary>
/// Undoes UTF-8 that was read as Windows-1252 or Latin-1: <c>cafÃ©</c> becomes <c>café</c>. Only sequences are taken that are whole UTF-8 and give
/// what people write: letters and signs of Western and Central Europe, punctuation and emoji; other scripts from two letters in a row on.
/// So <c>«CAFÉ»</c> and <c>„Spaß“</c> stay what they are. Controls from U+0080 on are quotes and dashes of Windows-1252 that were read as Latin-1.
/// </summary>
public static class MojibakeRepair
{
    // A text may have been damaged more than once.
    private const int Rounds = 3;

    // Those that Windows-1252 has a character for.
    private static readonly SearchValues<char> Controls = SearchValues.Create(
        [.. Enumerable.Range(0x80, 32).Select(c => (char)c).Where(c => Windows1252.OfControl(c) != c)]);

    /// <summary>The first place with damage, or -1.</summary>
    public static int Find(ReadOnlySpan<char> text)
    {
        var control = text.IndexOfAny(Controls);
        for (var from = 0; ;)
        {
            // The first byte of every sequence of UTF-8 reads as one of these.
            var at = text[from..].IndexOfAnyInRange('\u00C2', '\u00F4');
            if (at < 0 || (control >= 0 && from + at > control))
                return control;
            from += at;
            if (Sequence(text[from..], anyScript: true, out _) > 0)
                return from;
            from++;
        }
    }

    /// <summary>The text as it was probably meant.</summary>
    public static string Repair(string text)
    {
        for (var round = 0; round < Rounds; round++)
        {
            // What is left after the first round is punctuation that was damaged twice; accents that look like Chinese are accents.
            var repaired = Once(text, anyScript: round == 0);
            if (repaired == text)
                break;
            text = repaired;
        }

        return text.AsSpan().ContainsAny(Controls) ? string.Concat(text.Select(c => Controls.Contains(c) ? Windows1252.OfControl(c) : c)) : text;
    }

    private static string Once(string text, bool anyScript)
    {
        var repaired = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length;)
        {
            var length = Sequence(text.AsSpan(i), anyScript, out var meant);
            repaired.Append(length > 0 ? meant : text[i].ToString());
            i += Math.Max(1, length);
        }

        return repaired.ToString();
    }

    // The characters that a damaged piece takes, 0 where there is none.
    private static int Sequence(ReadOnlySpan<char> text, bool anyScript, out string meant)
    {
        meant = "";
        var length = One(text, out var rune);
        if (length == 0)
            return 0;
        if (IsUsual(rune))
        {
            meant = rune.ToString();
            return length;
        }

        if (!anyScript)
            return 0;
        var next = One(text[length..], out var second);
        if (next == 0 || !IsLetter(rune) || !IsLetter(second) || ScriptRanges.Of((char)rune.Value) != ScriptRanges.Of((char)second.Value))
            return 0;
        // The whole run: its last letter would stand alone otherwise.
        var run = new StringBuilder().Append(rune).Append(second);
        for (length += next; (next = One(text[length..], out var more)) > 0 && IsLetter(more); length += next)
            run.Append(more);
        meant = run.ToString();
        return length;
    }

    private static int One(ReadOnlySpan<char> text, out Rune rune)
    {
        rune = default;
        if (text.IsEmpty || text[0] is < '\u00C2' or > '\u00F4')
            return 0;
        var count = text[0] < '\u00E0' ? 2 : text[0] < '\u00F0' ? 3 : 4;
        if (text.Length < count)
            return 0;
        Span<byte> bytes = stackalloc byte[count];
        for (var i = 0; i < count; i++)
        {
            var value = Windows1252.ByteOf(text[i]);
            if (value < 0 || (i > 0 && value is < 0x80 or > 0xBF))
                return 0;
            bytes[i] = (byte)value;
        }

        return Rune.DecodeFromUtf8(bytes, out rune, out var used) == OperationStatus.Done && used == count ? count : 0;
    }

    private static bool IsUsual(Rune rune) => rune.Value is
        (>= 0xA0 and <= 0x17F) or (>= 0x2010 and <= 0x2044) or 0x20AC or 0x2122 or 0x2190 or 0x2192 or (>= 0x2600 and <= 0x27BF)
        or 0xFEFF or 0xFE0F or (>= 0x1F300 and <= 0x1FAFF);

    private static bool IsLetter(Rune rune) =>
        rune.IsBmp && Rune.GetUnicodeCategory(rune) is UnicodeCategory.LowercaseLetter or UnicodeCategory.UppercaseLetter or UnicodeCategory.OtherLetter
        && ScriptRanges.Of((char)rune.Value) is not (Script.Other or Script.Latin);
}
