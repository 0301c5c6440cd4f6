namespace Pipeline.Functions.Ingestion.FanOut;

/// <summary>
/// Walks through the bytes of a text file and knows where records end: at line breaks, and in delimited text only at those
/// outside quotes. A quote opens a field only where the field begins, as the reader has it.
/// </summary>
/// <param name="delimiter">What stands between fields; null where every line is a record.</param>
/// <param name="escape">What makes the next quote a plain character: the quote itself, or a backslash.</param>
internal sealed class RecordBoundaries(byte? delimiter, byte escape)
{
    private bool _quoted;
    private bool _closed;
    private bool _escaped;
    private byte _last = (byte)'\n';

    /// <summary>Bytes walked through.</summary>
    public long Position { get; private set; }

    /// <summary>Lines ended so far; <c>\r\n</c> is one end.</summary>
    public long Lines { get; private set; }

    /// <summary>Walks on until a record ends at or behind a position.</summary>
    /// <param name="bytes">The bytes from <see cref="Position"/> on.</param>
    /// <param name="target">Where the next cut is wanted.</param>
    /// <param name="used">Bytes walked through in this call.</param>
    /// <returns>True where a record ends at <see cref="Position"/>; false at the end of the bytes.</returns>
    public bool Next(ReadOnlySpan<byte> bytes, long target, out int used)
    {
        used = 0;
        while (used < bytes.Length)
        {
            var at = _escaped ? 0 : NextMark(bytes[used..]);
            if (at < 0)
            {
                _last = bytes[^1];
                Position += bytes.Length - used;
                used = bytes.Length;
                return false;
            }

            // What stands before the mark decides on a quote: it opens a field only behind a delimiter or a line break.
            var before = at > 0 ? bytes[used + at - 1] : _last;
            var mark = bytes[used + at];
            used += at + 1;
            Position += at + 1;
            _last = mark;
            if (Step(mark, before) && Position >= target)
                return true;
        }

        return false;
    }

    private int NextMark(ReadOnlySpan<byte> bytes)
    {
        if (delimiter is null)
            return bytes.IndexOfAny((byte)'\n', (byte)'\r');
        return escape == '\\' ? bytes.IndexOfAny("\n\r\"\\"u8) : bytes.IndexOfAny((byte)'\n', (byte)'\r', (byte)'"');
    }

    // True where a record ends with the mark.
    private bool Step(byte mark, byte before)
    {
        if (_escaped)
        {
            _escaped = false;
            if (mark is not ((byte)'\n' or (byte)'\r'))
                return false;
        }

        switch (mark)
        {
            case (byte)'\n':
                if (before != '\r')
                    Lines++;
                return !_quoted;
            case (byte)'\r':
                // The record ends behind the line feed that may follow.
                Lines++;
                return false;
            case (byte)'\\':
                _escaped = _quoted;
                return false;
            default:
                // The second of two quotes inside a field opens it again.
                var opens = before == delimiter || before is (byte)'\n' or (byte)'\r' || (_closed && before == '"' && escape == '"');
                _closed = _quoted;
                _quoted = !_quoted && opens;
                return false;
        }
    }
}
