using System.Text;

namespace Pipeline.Core.Datasets.Reading;

/// <summary>
/// Splits delimited text into records, on the bytes: a field becomes a string only when it is asked for.
/// </summary>
/// <param name="buffer">The text.</param>
/// <param name="delimiter">What stands between fields.</param>
/// <param name="quoting">What quotes mean.</param>
/// <param name="expected">Fields that a record should have, or 0. With <see cref="Quoting.Lines"/> a line with another number is tried again with quotes.</param>
internal sealed class DelimitedRecordReader(Utf8Buffer buffer, byte delimiter, Quoting quoting, int expected)
{
    // A quoted record that a line begins, past which it is taken for a line with a lone quote.
    private const int LongestLookahead = 1 << 20;

    private readonly List<Field> _fields = [];
    private int _length;
    private int _lines;

    /// <summary>The physical line on which the record began.</summary>
    public long Line { get; private set; }

    /// <summary>Number of fields.</summary>
    public int Count => _fields.Count;

    /// <summary>Whether the record is longer than any honest one; its rest is passed over.</summary>
    public bool IsCut { get; private set; }

    /// <summary>The bytes of the whole record.</summary>
    public ReadOnlySpan<byte> Record => buffer.Available[.._length];

    /// <summary>The next record that is not an empty line.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="DatasetRejectedException">A quote is never closed, or closed with text right behind it.</exception>
    public bool Read()
    {
        buffer.Consume(_length, _lines);
        if (IsCut)
            buffer.SkipLine();
        (_length, _lines, IsCut) = (0, 0, false);
        buffer.SkipLineBreaks();
        if (buffer.Available.IsEmpty)
            return false;
        Line = buffer.Line;
        if (quoting != Quoting.Lines)
        {
            if (!Parse(quotes: true, int.MaxValue))
                throw Unbalanced();
            return true;
        }

        Parse(quotes: false, int.MaxValue);
        if (Count != expected && expected > 0 && !IsCut && Record.Contains((byte)'"'))
            ReadAgainWithQuotes();
        return true;
    }

    /// <summary>The bytes of a field as they stand in the file, without the quotes around it.</summary>
    public ReadOnlySpan<byte> Raw(int index)
    {
        var field = _fields[index];
        var bytes = buffer.Available.Slice(field.Start, field.Length);
        return !field.IsQuoted && quoting == Quoting.Lines && IsQuotedWhole(bytes) ? bytes[1..^1] : bytes;
    }

    /// <summary>The text of a field; line breaks in it are <c>\n</c>.</summary>
    public string Text(int index)
    {
        var field = _fields[index];
        var bytes = Raw(index);
        var text = Encoding.UTF8.GetString(bytes);
        if (field.IsQuoted || bytes.Length != field.Length)
        {
            if (bytes.Contains((byte)'"'))
                text = text.Replace(quoting == Quoting.Backslash ? "\\\"" : "\"\"", "\"", StringComparison.Ordinal);
            text = LineBreaks.Normalize(text);
        }

        return text;
    }

    private void ReadAgainWithQuotes()
    {
        Field[] asLine = [.. _fields];
        var (length, lines) = (_length, _lines);
        if (Parse(quotes: true, LongestLookahead) && Count == expected)
            return;
        _fields.Clear();
        _fields.AddRange(asLine);
        (_length, _lines, IsCut) = (length, lines, false);
    }

    // Finds the fields of the record that begins the buffer. False where a quote is not closed, or not at the end of its field.
    private bool Parse(bool quotes, int longest)
    {
        _fields.Clear();
        (_length, _lines) = (0, 0);
        var at = 0;
        while (true)
        {
            if (quotes && (at < buffer.Available.Length || buffer.More()) && buffer.Available[at] == '"')
            {
                if (!ParseQuoted(ref at, longest))
                    return false;
            }
            else
            {
                ParsePlain(ref at);
                if (IsCut)
                    return true;
            }

            if (at == buffer.Available.Length || buffer.Available[at] != delimiter)
                break;
            at++;
        }

        _length = at;
        return true;
    }

    private void ParsePlain(ref int at)
    {
        var start = at;
        while (true)
        {
            var end = buffer.Available[at..].IndexOfAny(delimiter, (byte)'\n', (byte)'\r');
            if (end >= 0)
            {
                at += end;
                break;
            }

            at = buffer.Available.Length;
            if (at > Utf8Buffer.LongestRecord)
            {
                (IsCut, _length) = (true, at);
                _fields.Clear();
                return;
            }

            if (!buffer.More())
                break;
        }

        _fields.Add(new Field(start, at - start, false));
    }

    private bool ParseQuoted(ref int at, int longest)
    {
        var start = ++at;
        while (true)
        {
            var rest = buffer.Available[at..];
            var quote = quoting == Quoting.Backslash ? rest.IndexOfAny((byte)'"', (byte)'\\') : rest.IndexOf((byte)'"');
            if (quote < 0)
            {
                at = buffer.Available.Length;
                if (at > Math.Min(longest, Utf8Buffer.LongestRecord) || !buffer.More())
                    return false;
                continue;
            }

            at += quote;
            if (buffer.Available.Length <= at + 1)
                buffer.More();
            var next = At(at + 1);
            if (buffer.Available[at] == '\\' || (quoting != Quoting.Backslash && next == '"'))
            {
                at = Math.Min(at + 2, buffer.Available.Length);
                continue;
            }

            break;
        }

        // A quote that was never closed ends here, at the opening quote of a later field, with that field's text right behind
        // it. Reading on would swallow the rows between. Spaces behind a quote are harmless.
        var end = at++;
        while (true)
        {
            if (at == buffer.Available.Length && !buffer.More())
                break;
            var c = buffer.Available[at];
            if (c == delimiter || c is (byte)'\n' or (byte)'\r')
                break;
            if (c != ' ')
                return false;
            at++;
        }

        _fields.Add(new Field(start, end - start, true));
        _lines += LineBreaks.Count(buffer.Available[start..end]);
        return true;
    }

    private int At(int index) => index < buffer.Available.Length ? buffer.Available[index] : -1;

    private DatasetRejectedException Unbalanced()
    {
        // Where the open field begins: behind the last one that was found.
        var at = _fields.Count == 0 ? 0 : buffer.Available[(_fields[^1].Start + _fields[^1].Length)..].IndexOf(delimiter) + _fields[^1].Start + _fields[^1].Length + 1;
        var open = buffer.Available[at..];
        var excerpt = Encoding.UTF8.GetString(open[..Math.Min(open.Length, 200)]);
        return new DatasetRejectedException(FindingKind.UnbalancedQuotes, excerpt, Line + LineBreaks.Count(buffer.Available[..at]));
    }

    private static bool IsQuotedWhole(ReadOnlySpan<byte> field)
    {
        if (field.Length < 2 || field[0] != '"' || field[^1] != '"')
            return false;
        for (var rest = field[1..^1]; rest.IndexOf((byte)'"') is >= 0 and var at; rest = rest[(at + 2)..])
        {
            if (at + 1 >= rest.Length || rest[at + 1] != '"')
                return false;
        }

        return true;
    }

    private readonly record struct Field(int Start, int Length, bool IsQuoted);
}
