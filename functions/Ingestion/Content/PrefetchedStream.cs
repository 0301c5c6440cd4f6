using System.Threading.Channels;
using Pipeline.Core;

namespace Pipeline.Functions.Ingestion.Content;

/// <summary>Reads ahead on another thread, a few megabytes at most, so that the download goes on while the rows are worked on.</summary>
internal sealed class PrefetchedStream : ReadOnlyStream
{
    private const int BlockBytes = 1 << 20;
    private const int BlocksAhead = 4;

    private readonly Stream _inner;
    private readonly CancellationTokenSource _stop;
    private readonly Channel<ArraySegment<byte>> _full = Channel.CreateBounded<ArraySegment<byte>>(BlocksAhead);
    private readonly Channel<byte[]> _empty = Channel.CreateUnbounded<byte[]>();
    private readonly Task _reading;
    private ArraySegment<byte> _current;

    /// <summary>Begins to read.</summary>
    /// <param name="inner">Read to its end, and closed with this stream.</param>
    /// <param name="cancellationToken">Ends the reading; a read then throws.</param>
    public PrefetchedStream(Stream inner, CancellationToken cancellationToken)
    {
        _inner = inner;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _reading = Task.Run(ReadAheadAsync, CancellationToken.None);
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        if (_current.Count == 0 && !Next())
            return 0;
        var read = Math.Min(count, _current.Count);
        _current[..read].CopyTo(buffer, offset);
        _current = _current[read..];
        return read;
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _inner.DisposeAsync();
        _stop.Dispose();
        await base.DisposeAsync();
    }

    // The readers of datasets are synchronous, and stand on a thread of their own; waiting here holds up nobody else.
    private bool Next()
    {
        if (_current.Array is { } used)
            _empty.Writer.TryWrite(used);
        _current = default;
        if (!_full.Reader.WaitToReadAsync(_stop.Token).AsTask().GetAwaiter().GetResult())
            return false;
        return _full.Reader.TryRead(out _current);
    }

    private async Task ReadAheadAsync()
    {
        try
        {
            while (true)
            {
                var block = _empty.Reader.TryRead(out var used) ? used : new byte[BlockBytes];
                var read = await _inner.ReadAtLeastAsync(block, BlockBytes, throwOnEndOfStream: false, _stop.Token);
                if (read > 0)
                    await _full.Writer.WriteAsync(new ArraySegment<byte>(block, 0, read), _stop.Token);
                if (read < BlockBytes)
                    break;
            }

            _full.Writer.Complete();
        }
        catch (Exception e)
        {
            _full.Writer.Complete(e);
        }
    }
}
