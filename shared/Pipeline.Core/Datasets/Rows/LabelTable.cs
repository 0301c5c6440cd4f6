namespace Pipeline.Core.Datasets.Rows;

/// <summary>Numbers the labels of a part in the order in which they come.</summary>
public sealed class LabelTable
{
    /// <summary>Different labels that a dataset may have. More are not labels but, for example, an id of each row.</summary>
    public const int MostLabels = 50_000;

    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];
    private readonly List<long> _rows = [];

    /// <summary>The labels by id.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Rows of each label, by id.</summary>
    public IReadOnlyList<long> Rows => _rows;

    /// <summary>The ids of a row's labels, each once, ascending.</summary>
    /// <exception cref="DatasetRejectedException">There are more than <see cref="MostLabels"/>.</exception>
    public int[] Ids(IReadOnlyList<string> labels)
    {
        var ids = new int[labels.Count];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = IdOf(labels[i]);
            _rows[ids[i]]++;
        }

        if (ids.Length < 2)
            return ids;
        Array.Sort(ids);
        return [.. ids.Distinct()];
    }

    private int IdOf(string label)
    {
        if (_ids.TryGetValue(label, out var id))
            return id;
        if (_names.Count == MostLabels)
            throw new DatasetRejectedException(FindingKind.TooManyLabels, $"'{label}' is label number {MostLabels + 1}.");
        _ids.Add(label, _names.Count);
        _names.Add(label);
        _rows.Add(0);
        return _names.Count - 1;
    }
}
