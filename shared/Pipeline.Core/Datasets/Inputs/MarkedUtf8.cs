using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Pipeline.Core.Datasets.Reading;

namespace Pipeline.Core.Datasets.Inputs;

/// <summary>
/// UTF-8 in which each byte that is no text is replaced by a mark, so that a file with some is read to its end and the rows they stand
/// in can be told. The mark is U+FDD0, one of the characters that Unicode keeps out of texts.
/// </summary>
/// <param name="content">Bytes that should be UTF-8.</param>
internal sealed class MarkedUtf8(Stream content) : ReadOnlyStream
{
    private readonly byte[] _read = new byte[1 << 16];
    private byte[] _ready = new byte[1 << 16];
    private int _kept;
    private int _position;
    private int _length;
    private bool _ended;

    /// <summary>What stands for a byte that is no text.</summary>
    public static ReadOnlySpan<byte> Mark => "\uFDD0"u8;

    /// <summary>What is shown for it, as long as the mark.</summary>
    public static ReadOnlySpan<byte> Shown => "\uFFFD"u8;

    /// <summary>Puts the character that is shown in the place of the mark.</summary>
    /// <returns>Whether there was a mark.</returns>
    public static bool Show(Span<byte> text)
    {
        var found = false;
        for (var at = text.IndexOf(Mark); at >= 0; at = text.IndexOf(Mark))
        {
            Shown.CopyTo(text[at..]);
            found = true;
        }

        return found;
    }

    /// <summary>Whether there is a mark.</summary>
    public static bool IsIn(ReadOnlySpan<byte> text) => text.IndexOf(Mark) >= 0;

    /// <summary>A text with the character that is shown in the place of the mark.</summary>
    public static string Show(string text) => text.Replace('\uFDD0', '\uFFFD');

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        while (_position == _length && !_ended)
            Next();
        var count = Math.Min(buffer.Length, _length - _position);
        _ready.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    private void Next()
    {
        var read = content.Read(_read, _kept, _read.Length - _kept);
        _ended = read == 0;
        var bytes = _read.AsSpan(0, _kept + read);
        var whole = _ended ? bytes.Length : Utf8Buffer.WholeCharacters(bytes);
        (_position, _length) = (0, Take(bytes[..whole]));
        bytes[whole..].CopyTo(_read);
        _kept = bytes.Length - whole;
    }

    private int Take(ReadOnlySpan<byte> bytes)
    {
        var longest = bytes.Length * Mark.Length;
        if (_ready.Length < longest)
            _ready = new byte[longest];
        if (Utf8.IsValid(bytes))
        {
            bytes.CopyTo(_ready);
            return bytes.Length;
        }

        var length = 0;
        while (!bytes.IsEmpty)
        {
            var isText = Rune.DecodeFromUtf8(bytes, out _, out var used) == OperationStatus.Done;
            var taken = isText ? bytes[..used] : Mark;
            taken.CopyTo(_ready.AsSpan(length));
            length += taken.Length;
            bytes = bytes[used..];
        }

        return length;
    }
}
