using Apache.Arrow;

namespace Pipeline.Core.Shards;

/// <summary>A column of lists that is being filled.</summary>
internal sealed class Int32ListsBuilder
{
    private readonly ArrowBuffer.Builder<int> _offsets = new ArrowBuffer.Builder<int>().Append(0);
    private readonly ArrowBuffer.Builder<int> _values = new();

    public int Values => _values.Length;

    public void Append(int[] list)
    {
        _values.Append(list);
        _offsets.Append(_values.Length);
    }

    public ListArray Build()
    {
        var values = new Int32Array(_values.Build(), ArrowBuffer.Empty, _values.Length, 0, 0);
        return new ListArray(TokenShardLayout.Int32List, _offsets.Length - 1, _offsets.Build(), values, ArrowBuffer.Empty, 0);
    }
}

/// <summary>A column of lists as it was read: where each list lies is checked before it is taken.</summary>
internal sealed class Int32Lists(RecordBatch batch, string name)
{
    private readonly ListArray _lists = (ListArray)batch.Column(name);

    public int[] this[int row]
    {
        get
        {
            var values = (Int32Array)_lists.Values;
            var (start, end) = (_lists.ValueOffsets[row], _lists.ValueOffsets[row + 1]);
            return start >= 0 && start <= end && end <= values.Length
                ? values.Values[start..end].ToArray()
                : throw new InvalidDataException($"The shard is damaged: {name} of example {row} lies at {start} to {end} of {values.Length} values.");
        }
    }
}
