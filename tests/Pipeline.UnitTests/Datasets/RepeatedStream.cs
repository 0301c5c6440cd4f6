namespace Pipeline.UnitTests.Datasets;

/// <summary>A large file that is never in memory: a beginning, the same piece many times, an end.</summary>
internal sealed class RepeatedStream(byte[] beginning, byte[] piece, int times, byte[] end) : Stream
{
    private byte[] _current = beginning;
    private int _position;
    private int _next;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count)
    {
        while (_position == _current.Length && _next <= times)
            (_current, _position) = (_next++ < times ? piece : end, 0);
        var read = Math.Min(count, _current.Length - _position);
        _current.AsSpan(_position, read).CopyTo(buffer.AsSpan(offset));
        _position += read;
        return read;
    }

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
