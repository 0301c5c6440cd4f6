namespace Pipeline.Core.Datasets.Rows;

/// <summary>Counts something that is met in any order, and keeps the places that come first in the dataset.</summary>
internal sealed class FirstPlaces
{
    private readonly SortedList<(int Part, long Number), FindingPlace> _places = [];

    /// <summary>How often it was met.</summary>
    public long Count { get; private set; }

    /// <summary>Notes a row.</summary>
    /// <param name="row">The row; its place decides whether it is kept.</param>
    /// <param name="place">Describes it; called only where it is kept for now.</param>
    public void Add(RowEntry row, Func<FindingPlace> place)
    {
        Count++;
        if (_places.Count == FindingLog.PlacesKept)
        {
            if ((row.Part, row.Number).CompareTo(_places.GetKeyAtIndex(_places.Count - 1)) > 0)
                return;
            _places.RemoveAt(_places.Count - 1);
        }

        _places.Add((row.Part, row.Number), place());
    }

    /// <summary>Notes all of it in a log.</summary>
    public void Note(FindingLog findings, FindingKind kind) => findings.Add(kind, Count, _places.Values);
}
