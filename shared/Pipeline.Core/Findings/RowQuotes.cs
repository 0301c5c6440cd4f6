using System.Collections.Concurrent;
using Pipeline.Core.Datasets;

namespace Pipeline.Core.Findings;

/// <summary>A few rows that a later pass over the dataset brings in: ask first, then show it each row.</summary>
public sealed class RowQuotes
{
    private readonly ConcurrentDictionary<long, DatasetRow?> _rows = [];

    /// <summary>True where nothing is asked for.</summary>
    public bool IsEmpty => _rows.IsEmpty;

    /// <summary>Asks for the rows of some pairs.</summary>
    public void Ask(IEnumerable<NearCopy> pairs)
    {
        foreach (var pair in pairs)
        {
            _rows.TryAdd(pair.Copy.Row, null);
            _rows.TryAdd(pair.Original.Row, null);
        }
    }

    /// <summary>Takes a row, if it was asked for. Different rows may be shown by different threads.</summary>
    /// <param name="number">Its number among the inspected rows of the dataset, from 0.</param>
    /// <param name="row">The row.</param>
    public void Show(long number, in DatasetRow row)
    {
        if (_rows.ContainsKey(number))
            _rows[number] = row;
    }

    /// <summary>A row; null where it was not shown.</summary>
    public DatasetRow? Find(long number) => _rows.GetValueOrDefault(number);
}
