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
    private readonly TokenShardLayout _layout;
    private readonly Schema _schema;
    private Batch _batch = new();

    /// <summary>Begins a shard.</summary>
    /// <param name="stream">Where to; only written forward.</param>
    /// <param name="layout">Its columns; null for one text and one label an example.</param>
    public TokenShardWriter(Stream stream, TokenShardLayout? layout = null)
    {
        _layout = layout ?? new TokenShardLayout();
        _schema = _layout.Schema;
        _writer = new ArrowStreamWriter(stream, _schema, leaveOpen: true);
    }

    /// <summary>Examples written so far.</summary>
    public int Rows { get; private set; }

    /// <summary>Tokens written so far.</summary>
    public long Tokens { get; private set; }

    /// <summary>Adds an example.</summary>
    /// <exception cref="ArgumentException">It does not fit the layout: a pair too many or too few, not exactly one label, or a number too many or too few.</exception>
    public async Task WriteAsync(TokenizedExample example, CancellationToken cancellationToken = default)
    {
        if (example.PairInputIds is not null != _layout.HasPairs)
            throw new ArgumentException($"Row {example.Row} has {(_layout.HasPairs ? "no" : "a")} second text.", nameof(example));
        if (example.Target is not null != _layout.IsRegression)
            throw new ArgumentException($"Row {example.Row} has {(_layout.IsRegression ? "no" : "a")} number.", nameof(example));
        if (!_layout.IsMultiLabel && example.Labels.Length != (_layout.IsRegression ? 0 : 1))
            throw new ArgumentException($"Row {example.Row} has {example.Labels.Length} labels, not {(_layout.IsRegression ? "none" : "one")}.", nameof(example));
        if (_batch.Rows.Length == BatchRows || (_batch.Rows.Length > 0 && _batch.Tokens + example.Tokens > BatchTokens))
            await WriteBatchAsync(cancellationToken);
        _batch.Add(example);
        Rows++;
        Tokens += example.Tokens;
    }

    /// <summary>Writes what is held back and the end mark.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_batch.Rows.Length > 0)
            await WriteBatchAsync(CancellationToken.None);
        await _writer.WriteStartAsync();
        await _writer.WriteEndAsync();
        _writer.Dispose();
    }

    private async Task WriteBatchAsync(CancellationToken cancellationToken)
    {
        using var batch = new RecordBatch(_schema, _batch.Columns(_layout), _batch.Rows.Length);
        await _writer.WriteRecordBatchAsync(batch, cancellationToken);
        _batch = new Batch();
    }

    private sealed class Batch
    {
        private readonly Int32ListsBuilder _inputIds = new();
        private readonly Int32ListsBuilder _pairInputIds = new();
        private readonly Int32ListsBuilder _labels = new();
        private readonly ArrowBuffer.Builder<int> _label = new();
        private readonly ArrowBuffer.Builder<float> _target = new();

        public ArrowBuffer.Builder<long> Rows { get; } = new();

        public int Tokens => _inputIds.Values + _pairInputIds.Values;

        public void Add(TokenizedExample example)
        {
            _inputIds.Append(example.InputIds);
            _pairInputIds.Append(example.PairInputIds ?? []);
            _labels.Append(example.Labels);
            _label.Append(example.Labels is [var first, ..] ? first : -1);
            _target.Append(example.Target ?? 0);
            Rows.Append(example.Row);
        }

        public IEnumerable<IArrowArray> Columns(TokenShardLayout layout)
        {
            yield return _inputIds.Build();
            if (layout.HasPairs)
                yield return _pairInputIds.Build();
            yield return layout.IsMultiLabel ? _labels.Build()
                : layout.IsRegression ? new FloatArray(_target.Build(), ArrowBuffer.Empty, _target.Length, 0, 0)
                : new Int32Array(_label.Build(), ArrowBuffer.Empty, _label.Length, 0, 0);
            yield return new Int64Array(Rows.Build(), ArrowBuffer.Empty, Rows.Length, 0, 0);
        }
    }
}
