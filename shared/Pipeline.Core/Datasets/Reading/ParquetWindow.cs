namespace Pipeline.Core.Datasets.Reading;

/// <summary>
/// The part of a file that may be read now, and only once. Parquet.Net asks for page after page until it has a column's values: where
/// the pages hold fewer than they say it reads on behind them, and takes the end of the file for numbers that never end. Here that is
/// an error, and since every page costs bytes and each byte is given out once, no damage makes it ask for ever.
/// </summary>
internal sealed class ParquetWindow(Stream content) : ReadOnlyStream
{
    private long _from;
    private long _to = content.Length;
    private long _left = content.Length;

    public override bool CanSeek => true;

    public override long Length => content.Length;

    public override long Position { get => content.Position; set => content.Position = value; }

    /// <summary>Moves on to another part.</summary>
    /// <param name="from">Its first byte.</param>
    /// <param name="to">Behind its last byte.</param>
    public void Open(long from, long to) => (_from, _to, _left) = (from, to, to - from);

    /// <exception cref="InvalidDataException">It lies outside, or was read before.</exception>
    public override int Read(Span<byte> buffer)
    {
        var at = content.Position;
        var most = Math.Min(buffer.Length, Math.Min(_to - at, _left));
        var read = at < _from || most <= 0 ? 0 : content.Read(buffer[..(int)most]);
        if (read == 0 && buffer.Length > 0)
            throw new InvalidDataException("A column's pages hold fewer values than they say.");
        _left -= read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int ReadByte()
    {
        Span<byte> one = stackalloc byte[1];
        ReadExactly(one);
        return one[0];
    }

    // What is in memory or in a local file is not worth a change of threads.
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override long Seek(long offset, SeekOrigin origin) => content.Seek(offset, origin);
}
