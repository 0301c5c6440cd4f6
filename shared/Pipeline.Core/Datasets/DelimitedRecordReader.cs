using System.Text;

namespace Pipeline.Core.Datasets;

/// <summary>
/// Splits delimited text into records (RFC 4180). A field may hold delimiters, quotes (doubled) and line breaks where it is quoted.
/// Where <paramref name="multiline"/> is off, as in TSV, a quote that is not closed on its own line is a plain character.
/// </summary>
internal sealed class DelimitedRecordReader(Utf8TextReader text, char delimiter, bool multiline)
{
    // An open quote swallows the rest of the file; past this length it is one, and no text.
    private const int LongestField = 4_000_000;

    private readonly StringBuilder _field = new();
    private readonly List<string> _fields = [];

    /// <summary>The physical line on which the last record began.</summary>
    public long Line { get; private set; }

    /// <summary>The next record that is not an empty line, or null at the end. The list is used again for the next one.</summary>
    /// <exception cref="DatasetRejectedException">A quote is never closed, or closed with text right behind it.</exception>
    public List<string>? Read()
    {
        while (text.Peek() is '\n' or '\r')
            text.Read();
        if (text.Peek() < 0)
            return null;
        Line = text.Line;
        _fields.Clear();
        while (ReadField())
        {
        }

        return _fields;
    }

    // True if another field follows in the same record.
    private bool ReadField()
    {
        _field.Clear();
        if (multiline && text.Peek() == '"')
            ReadQuoted();
        while (true)
        {
            var c = text.Read();
            if (c == delimiter || c == '\n' || c < 0)
            {
                _fields.Add(multiline ? _field.ToString() : Unquote(_field.ToString()));
                return c == delimiter;
            }

            _field.Append((char)c);
        }
    }

    private void ReadQuoted()
    {
        var opened = text.Line;
        text.Read();
        while (true)
        {
            var c = text.Read();
            if (c < 0 || _field.Length > LongestField)
                throw Unbalanced(opened);
            if (c == '"')
            {
                if (text.Peek() != '"')
                {
                    // A quote that was never closed ends here, at the opening quote of a later field, with that field's
                    // text right behind it. Reading on would swallow the rows between.
                    var next = text.Peek();
                    if (next != delimiter && next is not ('\n' or '\r' or < 0))
                        throw Unbalanced(opened);
                    return;
                }

                text.Read();
            }

            _field.Append((char)c);
        }
    }

    private DatasetRejectedException Unbalanced(long opened) =>
        new(FindingKind.UnbalancedQuotes, "\"" + _field.ToString(0, Math.Min(_field.Length, 200)), opened);

    private static string Unquote(string field) =>
        field.Length >= 2 && field[0] == '"' && field[^1] == '"' && !field[1..^1].Replace("\"\"", "", StringComparison.Ordinal).Contains('"')
            ? field[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal)
            : field;
}
