namespace Pipeline.Core.Shards;

/// <summary>
/// Passes reads through and remembers the last eight bytes. Arrow's reader takes the end of the stream for the end of
/// the data; whether the end mark of the format stood there tells a whole shard from one cut between two batches.
/// </summary>
internal sealed class TailStream(Stream inner) : ReadOnlyStream
{
    private ulong _tail;

    /// <summary>True if the last bytes read were Arrow's end mark: continuation <c>FFFFFFFF</c>, length 0.</summary>
    public bool EndsInEndMark => _tail == 0xFFFFFFFF_00000000;

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer);
        Remember(buffer[..read]);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        Remember(buffer.Span[..read]);
        return read;
    }

    private void Remember(ReadOnlySpan<byte> read)
    {
        foreach (var b in read[^Math.Min(8, read.Length)..])
            _tail = (_tail << 8) | b;
    }
}
