using System.Runtime.CompilerServices;
using Apache.Arrow;
using Apache.Arrow.Ipc;

namespace Pipeline.Core.Shards;

/// <summary>Reads what <see cref="TokenShardWriter"/> wrote.</summary>
public static class TokenShardReader
{
    /// <summary>The examples of a shard in order, one batch in memory at a time.</summary>
    /// <param name="stream">The shard; only read forward, and left open.</param>
    /// <param name="expected">The layout that the shard must have; null for whichever it has.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="InvalidDataException">The stream is no shard, has other columns than expected, or is cut short.</exception>
    public static async IAsyncEnumerable<TokenizedExample> ReadAsync(
        Stream stream, TokenShardLayout? expected = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var tail = new TailStream(stream);
        using var reader = new ArrowStreamReader(tail, leaveOpen: true);
        while (await NextAsync(reader, cancellationToken) is { } batch)
        {
            using (batch)
            {
                var layout = TokenShardLayout.Of(batch.Schema);
                if (expected is not null && layout != expected)
                    throw new InvalidDataException($"The shard's columns are {layout.Describe()}; the run's are {expected.Describe()}.");
                var columns = new Columns(batch, layout);
                for (var i = 0; i < batch.Length; i++)
                    yield return columns[i];
            }
        }

        if (!tail.EndsInEndMark)
            throw new InvalidDataException("The shard is cut short: its end mark is missing.");
    }

    private static async Task<RecordBatch?> NextAsync(ArrowStreamReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadNextRecordBatchAsync(cancellationToken);
        }
        // What Arrow throws for bytes that are no message; anything else is the stream's own trouble.
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException or OverflowException or InvalidDataException or NotSupportedException or NotImplementedException or NullReferenceException)
        {
            throw new InvalidDataException($"The shard cannot be read as an Arrow IPC stream: {e.Message}", e);
        }
    }

    private sealed class Columns
    {
        private readonly Int32Lists _inputIds;
        private readonly Int32Lists? _pairInputIds;
        private readonly Int32Lists? _labels;
        private readonly Int32Array? _label;
        private readonly FloatArray? _target;
        private readonly Int64Array _rows;

        public Columns(RecordBatch batch, TokenShardLayout layout)
        {
            if (batch.Arrays.FirstOrDefault(a => a.Length != batch.Length || a.NullCount > 0) is { } odd)
                throw new InvalidDataException($"The shard is damaged: a column has {odd.Length} values, {odd.NullCount} of them null, in a batch of {batch.Length} examples.");
            _inputIds = new Int32Lists(batch, TokenShardLayout.InputIds);
            _pairInputIds = layout.HasPairs ? new Int32Lists(batch, TokenShardLayout.PairInputIds) : null;
            _labels = layout.IsMultiLabel ? new Int32Lists(batch, TokenShardLayout.Labels) : null;
            _label = layout.IsMultiLabel || layout.IsRegression ? null : (Int32Array)batch.Column(TokenShardLayout.Label);
            _target = layout.IsRegression ? (FloatArray)batch.Column(TokenShardLayout.Label) : null;
            _rows = (Int64Array)batch.Column(TokenShardLayout.Row);
        }

        public TokenizedExample this[int i] =>
            new(_inputIds[i], _pairInputIds?[i], _labels?[i] ?? (_label is null ? [] : [_label.Values[i]]), _rows.Values[i], _target?.Values[i]);
    }
}
