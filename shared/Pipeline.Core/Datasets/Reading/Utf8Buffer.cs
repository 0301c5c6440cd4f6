using System.Buffers;
using System.Text.Unicode;

namespace Pipeline.Core.Datasets.Reading;

/// <summary>
/// A window over a stream of UTF-8 that was checked: only valid text is ever visible in it. Anything that is not text ends
/// the reading with the line it stands on, instead of becoming a question mark.
/// </summary>
internal sealed class Utf8Buffer(Stream stream) : IDisposable
{
    /// <summary>Bytes of the longest record that is held. No honest one is longer.</summary>
    public const int LongestRecord = 16 << 20;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(1 << 16);
    private int _start;
    private int _valid;
    private int _filled;
    private bool _ended;
    private bool _afterReturn;

    /// <summary>The line that <see cref="Available"/> begins on, from 1.</summary>
    public long Line { get; private set; } = 1;

    /// <summary>What was read and not yet consumed.</summary>
    public ReadOnlySpan<byte> Available => _bytes.AsSpan(_start, _valid - _start);

    /// <summary>Reads on; what is available stays, and grows at its end.</summary>
    /// <returns>False at the end of the stream.</returns>
    public bool More()
    {
        var before = _valid - _start;
        while (!_ended && _valid - _start == before)
        {
            MakeRoom();
            var read = stream.Read(_bytes, _filled, _bytes.Length - _filled);
            _filled += read;
            _ended = read == 0;
            Check();
        }

        return _valid - _start > before;
    }

    /// <summary>Reads on until so many bytes are available, or the stream ends.</summary>
    public void Fill(int count)
    {
        while (_valid - _start < count && More())
        {
        }
    }

    /// <summary>Whether everything up to the end of the stream is available.</summary>
    public bool HasAll => _ended;

    /// <summary>Goes forward.</summary>
    /// <param name="count">Bytes.</param>
    /// <param name="lines">Line breaks among them.</param>
    public void Consume(int count, int lines)
    {
        _start += count;
        Line += lines;
        _afterReturn = false;
    }

    /// <summary>Goes forward and counts the lines. A <c>\r\n</c> may be consumed in two steps; it is one break all the same.</summary>
    public void Consume(int count)
    {
        if (count == 0)
            return;
        var consumed = Available[..count];
        var lines = LineBreaks.Count(consumed);
        if (_afterReturn && consumed[0] == '\n')
            lines--;
        var endsWithReturn = consumed[^1] == '\r';
        Consume(count, lines);
        _afterReturn = endsWithReturn;
    }

    /// <summary>Passes over the line breaks that come next.</summary>
    public void SkipLineBreaks()
    {
        while (_valid > _start || More())
        {
            var breaks = Available.IndexOfAnyExcept((byte)'\n', (byte)'\r');
            var count = breaks < 0 ? Available.Length : breaks;
            // A \r at the end of the window may belong to a \n that is still to be read.
            if (breaks < 0 && Available[^1] == '\r' && More())
                continue;
            Consume(count);
            if (breaks >= 0)
                return;
        }
    }

    /// <summary>Passes over the rest of a line that is too long to hold, up to its break.</summary>
    public void SkipLine()
    {
        while (_valid > _start || More())
        {
            var end = LineBreaks.IndexOf(Available);
            Consume(end < 0 ? Available.Length : end, 0);
            if (end >= 0)
                return;
        }
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        _start = _valid = _filled = 0;
        _ended = true;
    }

    private void MakeRoom()
    {
        var left = _filled - _start;
        if (_start > 0)
        {
            _bytes.AsSpan(_start, left).CopyTo(_bytes);
            (_start, _valid, _filled) = (0, _valid - _start, left);
        }

        if (left < _bytes.Length)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(_bytes.Length * 2);
        _bytes.AsSpan(0, left).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }

    private void Check()
    {
        var fresh = _bytes.AsSpan(_valid, _filled - _valid);
        var whole = _ended ? fresh.Length : WholeCharacters(fresh);
        var text = fresh[..whole];
        if (text.Contains((byte)0))
        {
            throw new DatasetRejectedException(
                FindingKind.BinaryFile, "The file has a zero byte. If it is UTF-16 without a byte order mark, set encoding.", LineAt(text.IndexOf((byte)0)));
        }

        if (!Utf8.IsValid(text))
        {
            var at = FirstInvalid(text);
            throw new DatasetRejectedException(FindingKind.BadEncoding, $"Byte 0x{text[at]:X2} is not UTF-8 here.", LineAt(at));
        }

        _valid += whole;
    }

    private long LineAt(int fresh) => Line + LineBreaks.Count(_bytes.AsSpan(_start, _valid - _start + fresh));

    /// <summary>Bytes up to the last whole character: one that is cut by the end of what was read waits for its rest.</summary>
    public static int WholeCharacters(ReadOnlySpan<byte> bytes)
    {
        for (var back = 1; back <= Math.Min(3, bytes.Length); back++)
        {
            var b = bytes[^back];
            if ((b & 0xC0) == 0x80)
                continue;
            var length = b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : b >= 0xC0 ? 2 : 1;
            return length > back ? bytes.Length - back : bytes.Length;
        }

        return bytes.Length;
    }

    private static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        Span<char> chars = stackalloc char[1_024];
        var at = 0;
        while (true)
        {
            var status = Utf8.ToUtf16(bytes[at..], chars, out var used, out _, replaceInvalidSequences: false);
            at += used;
            if (status != OperationStatus.DestinationTooSmall)
                return at;
        }
    }
}
