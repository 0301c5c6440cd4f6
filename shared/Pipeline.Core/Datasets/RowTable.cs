namespace Pipeline.Core.Datasets;

/// <summary>What is kept in memory of each row: some thirty bytes, whatever the text's length.</summary>
public sealed class RowTable
{
    private readonly List<ulong> _hashes = [];
    private readonly List<int> _labels = [];
    private readonly List<long> _lines = [];
    private readonly Dictionary<string, int> _labelIds = new(StringComparer.Ordinal);
    private readonly List<string> _labelNames = [];

    /// <summary>Number of rows.</summary>
    public int Count => _labels.Count;

    /// <summary>Different labels, in the order of the file.</summary>
    public int LabelCount => _labelNames.Count;

    /// <summary>The hash of each row's text.</summary>
    public ReadOnlySpan<ulong> Hashes => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_hashes);

    /// <summary>Each row's label id.</summary>
    public ReadOnlySpan<int> Labels => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_labels);

    /// <summary>Adds a row.</summary>
    public void Add(DatasetRow row)
    {
        var label = row.Labels[0];
        if (!_labelIds.TryGetValue(label, out var id))
        {
            _labelIds.Add(label, id = _labelNames.Count);
            _labelNames.Add(label);
        }

        _hashes.Add(TextHash.Of(row.Text));
        _labels.Add(id);
        _lines.Add(row.Line);
    }

    /// <summary>Gives the labels the ids of their alphabetical order, so that they do not depend on the order of the rows.</summary>
    /// <returns>The names by id.</returns>
    public IReadOnlyList<string> SortLabels()
    {
        string[] sorted = [.. _labelNames.Order(StringComparer.Ordinal)];
        var newIds = _labelNames.Select(name => Array.BinarySearch(sorted, name, StringComparer.Ordinal)).ToArray();
        for (var i = 0; i < _labels.Count; i++)
            _labels[i] = newIds[_labels[i]];
        for (var id = 0; id < sorted.Length; id++)
            _labelIds[sorted[id]] = id;
        _labelNames.Clear();
        _labelNames.AddRange(sorted);
        return sorted;
    }

    /// <summary>Number of different texts of each label.</summary>
    public int[] DistinctTexts()
    {
        var order = ByHashAndRow();
        var counts = new int[LabelCount];
        var seen = new HashSet<int>();
        for (var i = 0; i < order.Length; i++)
        {
            if (i > 0 && _hashes[order[i]] != _hashes[order[i - 1]])
                seen.Clear();
            if (seen.Add(_labels[order[i]]))
                counts[_labels[order[i]]]++;
        }

        return counts;
    }

    /// <summary>Notes copies of a text, and texts with several labels.</summary>
    /// <param name="findings">Takes them, in the order of the file.</param>
    public void NoteDuplicates(FindingLog findings)
    {
        var order = ByHashAndRow();
        var copies = new List<(int Row, int First)>();
        for (int i = 1, first = 0; i < order.Length; i++)
        {
            if (_hashes[order[i]] != _hashes[order[first]])
                first = i;
            else
                copies.Add((order[i], order[first]));
        }

        copies.Sort();
        foreach (var (row, first) in copies)
        {
            var same = _labels[row] == _labels[first];
            findings.Add(
                same ? FindingKind.DuplicateText : FindingKind.ConflictingLabels,
                _lines[row],
                same ? $"same text as line {_lines[first]}" : $"'{_labelNames[_labels[row]]}' here, '{_labelNames[_labels[first]]}' on line {_lines[first]}");
        }
    }

    private int[] ByHashAndRow()
    {
        var order = Enumerable.Range(0, Count).ToArray();
        // The row breaks ties, so that the first of several copies is the first in the file.
        Array.Sort(order, (a, b) => _hashes[a] != _hashes[b] ? _hashes[a].CompareTo(_hashes[b]) : a.CompareTo(b));
        return order;
    }
}
