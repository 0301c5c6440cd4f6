using System.Text;

namespace Pipeline.Core.Datasets.Reading;

/// <summary>Text of another encoding as UTF-8. Bytes that are no text in the encoding end the reading with their line.</summary>
internal sealed class Utf8Transcoder(Stream content, string encoding) : ReadOnlyStream
{
    private readonly Decoder _decoder = EncodingOf(encoding).GetDecoder();
    private readonly byte[] _bytes = new byte[16_384];
    private readonly char[] _chars = new char[16_400];
    private byte[] _utf8 = [];
    private int _position;
    private int _length;
    private long _line = 1;
    private char _pending;
    private bool _ended;

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        while (_position == _length && !_ended)
            Next();
        var count = Math.Min(buffer.Length, _length - _position);
        _utf8.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    private void Next()
    {
        var read = content.Read(_bytes);
        _ended = read == 0;
        var kept = _pending == 0 ? 0 : 1;
        if (kept == 1)
            _chars[0] = _pending;
        _pending = '\0';
        int count;
        try
        {
            count = kept + _decoder.GetChars(_bytes.AsSpan(0, read), _chars.AsSpan(kept), flush: _ended);
        }
        catch (DecoderFallbackException e)
        {
            throw new DatasetRejectedException(FindingKind.BadEncoding, $"The file is not {encoding}.", _line, e);
        }

        // Both halves of a surrogate pair must be encoded together.
        if (!_ended && count > 0 && char.IsHighSurrogate(_chars[count - 1]))
            _pending = _chars[--count];
        var chars = _chars.AsSpan(0, count);
        if (encoding == "windows-1252")
            Windows1252.Replace(chars, _line);
        _line += chars.Count('\n');
        var needed = Encoding.UTF8.GetMaxByteCount(count);
        if (_utf8.Length < needed)
            _utf8 = new byte[needed];
        (_position, _length) = (0, Encoding.UTF8.GetBytes(chars, _utf8));
    }

    private static Encoding EncodingOf(string name) => name switch
    {
        "utf-16le" => new UnicodeEncoding(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true),
        "utf-16be" => new UnicodeEncoding(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true),
        // Windows-1252 is Latin-1 but for 32 characters.
        _ => Encoding.Latin1,
    };
}
