using Apache.Arrow;
using Apache.Arrow.Ipc;

namespace Pipeline.Core.Shards;

/// <summary>
/// Writes a shard in the Arrow IPC streaming format, which can be written and read without seeking.
/// The same examples give the same bytes. Dispose it to finish the shard; the stream stays open.
/// </summary>
public sealed class TokenShardWriter : IAsyncDisposable
{
    // A batch is what a reader holds at once: at most about 1 MiB, unless one text alone is longer.
    private const int BatchRows = 1_024;
    private const int BatchTokens = 262_144;

    private readonly ArrowStreamWriter _writer;
    private ArrowBuffer.Builder<int> _offsets = null!;
    private ArrowBuffer.Builder<int> _ids = null!;
    private ArrowBuffer.Builder<int> _labels = null!;
    private ArrowBuffer.Builder<long> _rows = null!;

    /// <summary>Begins a shard.</summary>
    /// <param name="stream">Where to; only written forward.</param>
    public TokenShardWriter(Stream stream)
    {
        _writer = new ArrowStreamWriter(stream, TokenShardSchema.Value, leaveOpen: true);
        BeginBatch();
    }

    /// <summary>Examples written so far.</summary>
    public int Rows { get; private set; }

    /// <summary>Tokens written so far.</summary>
    public long Tokens { get; private set; }

    /// <summary>Adds an example.</summary>
    public async Task WriteAsync(TokenizedExample example, CancellationToken cancellationToken = default)
    {
        if (_labels.Length == BatchRows || (_labels.Length > 0 && _ids.Length + example.InputIds.Length > BatchTokens))
            await WriteBatchAsync(cancellationToken);
        _ids.Append(example.InputIds);
        _offsets.Append(_ids.Length);
        _labels.Append(example.Label);
        _rows.Append(example.Row);
        Rows++;
        Tokens += example.InputIds.Length;
    }

    /// <summary>Writes what is held back and the end mark.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_labels.Length > 0)
            await WriteBatchAsync(CancellationToken.None);
        await _writer.WriteStartAsync();
        await _writer.WriteEndAsync();
        _writer.Dispose();
    }

    private async Task WriteBatchAsync(CancellationToken cancellationToken)
    {
        var rows = _labels.Length;
        var ids = new Int32Array(_ids.Build(), ArrowBuffer.Empty, _ids.Length, 0, 0);
        using var batch = new RecordBatch(
            TokenShardSchema.Value,
            [
                new ListArray(TokenShardSchema.InputIds, rows, _offsets.Build(), ids, ArrowBuffer.Empty, 0),
                new Int32Array(_labels.Build(), ArrowBuffer.Empty, rows, 0, 0),
                new Int64Array(_rows.Build(), ArrowBuffer.Empty, rows, 0, 0),
            ],
            rows);
        await _writer.WriteRecordBatchAsync(batch, cancellationToken);
        BeginBatch();
    }

    private void BeginBatch()
    {
        _offsets = new ArrowBuffer.Builder<int>().Append(0);
        _ids = new ArrowBuffer.Builder<int>();
        _labels = new ArrowBuffer.Builder<int>();
        _rows = new ArrowBuffer.Builder<long>();
    }
}
