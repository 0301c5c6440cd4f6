using System.Buffers;
using System.Text.Unicode;

namespace Pipeline.Core.Datasets;

/// <summary>
/// Decodes a stream of UTF-8 strictly and knows the physical line it is on. Anything that is not text ends the reading
/// with the line it stands on, instead of becoming a question mark.
/// </summary>
internal sealed class Utf8TextReader(Stream stream)
{
    private readonly byte[] _bytes = new byte[65_536];
    private readonly char[] _chars = new char[65_536];
    private int _byteCount;
    private int _charCount;
    private int _position;
    private bool _started;
    private bool _ended;

    /// <summary>The line of the next character, from 1.</summary>
    public long Line { get; private set; } = 1;

    /// <summary>The next character without taking it, or -1 at the end.</summary>
    public int Peek() => _position < _charCount || Fill() ? _chars[_position] : -1;

    /// <summary>The next character, or -1 at the end. <c>\r\n</c> and a lone <c>\r</c> are read as <c>\n</c>.</summary>
    public int Read()
    {
        var c = Peek();
        if (c < 0)
            return -1;
        _position++;
        if (c == '\r')
        {
            if (Peek() == '\n')
                _position++;
            c = '\n';
        }

        if (c == '\n')
            Line++;
        return c;
    }

    private bool Fill()
    {
        while (!_ended)
        {
            var read = stream.Read(_bytes, _byteCount, _bytes.Length - _byteCount);
            _ended = read == 0;
            _byteCount += read;
            var bytes = _bytes.AsSpan(0, _byteCount);
            if (!_started && (_byteCount >= 4 || _ended))
                bytes = CheckStart(bytes);
            else if (!_started)
                continue;

            var status = Utf8.ToUtf16(bytes, _chars, out var used, out _charCount, replaceInvalidSequences: false, isFinalBlock: _ended);
            _position = 0;
            if (_chars.AsSpan(0, _charCount).IndexOf('\0') is >= 0 and var nul)
                throw new DatasetRejectedException(FindingKind.BinaryFile, "The file has a zero byte.", LineAt(nul));
            if (status == OperationStatus.InvalidData)
            {
                throw new DatasetRejectedException(
                    FindingKind.BadEncoding, $"Byte 0x{bytes[used]:X2} is not UTF-8 here.", LineAt(_charCount));
            }

            bytes[used..].CopyTo(_bytes);
            _byteCount = bytes.Length - used;
            if (_charCount > 0)
                return true;
        }

        return false;
    }

    // A byte order mark is skipped; the first bytes of UTF-16, archives and documents are named for what they are.
    private Span<byte> CheckStart(Span<byte> bytes)
    {
        _started = true;
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            return bytes[3..];
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
            throw new DatasetRejectedException(FindingKind.BadEncoding, "The file is UTF-16.", 1);
        if (bytes.StartsWith("PK\u0003\u0004"u8))
            throw new DatasetRejectedException(FindingKind.BinaryFile, "The file is a zip archive or an Office document (.xlsx).", 1);
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
            throw new DatasetRejectedException(FindingKind.BinaryFile, "The file is gzipped, but its name does not end in .gz.", 1);
        if (bytes.StartsWith("%PDF"u8))
            throw new DatasetRejectedException(FindingKind.BinaryFile, "The file is a PDF.", 1);
        return bytes;
    }

    private long LineAt(int index) => Line + _chars.AsSpan(0, index).Count('\n');
}
