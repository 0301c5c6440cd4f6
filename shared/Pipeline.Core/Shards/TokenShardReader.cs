using System.Runtime.CompilerServices;
using Apache.Arrow;
using Apache.Arrow.Ipc;

namespace Pipeline.Core.Shards;

/// <summary>Reads what <see cref="TokenShardWriter"/> wrote.</summary>
public static class TokenShardReader
{
    /// <summary>The examples of a shard in order, one batch in memory at a time.</summary>
    /// <param name="stream">The shard; only read forward, and left open.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="InvalidDataException">The stream is no shard, or cut short.</exception>
    public static async IAsyncEnumerable<TokenizedExample> ReadAsync(
        Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var tail = new TailStream(stream);
        using var reader = new ArrowStreamReader(tail, leaveOpen: true);
        while (await NextAsync(reader, cancellationToken) is { } batch)
        {
            using (batch)
            {
                var (lists, labels, rows) = Columns(batch);
                for (var i = 0; i < batch.Length; i++)
                {
                    var start = lists.ValueOffsets[i];
                    var ids = ((Int32Array)lists.Values).Values[start..lists.ValueOffsets[i + 1]].ToArray();
                    yield return new TokenizedExample(ids, labels.Values[i], rows.Values[i]);
                }
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

    private static (ListArray InputIds, Int32Array Labels, Int64Array Rows) Columns(RecordBatch batch) =>
        batch.Schema.GetFieldIndex("input_ids") >= 0 && batch.Column("input_ids") is ListArray { Values: Int32Array } ids
        && batch.Schema.GetFieldIndex("label") >= 0 && batch.Column("label") is Int32Array labels
        && batch.Schema.GetFieldIndex("row") >= 0 && batch.Column("row") is Int64Array rows
            ? (ids, labels, rows)
            : throw new InvalidDataException(
                "The shard's columns are not input_ids: list<int32>, label: int32, row: int64 but "
                + string.Join(", ", batch.Schema.FieldsList.Select(f => $"{f.Name}: {f.DataType.Name}")) + ".");
}
