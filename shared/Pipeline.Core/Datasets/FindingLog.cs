namespace Pipeline.Core.Datasets;

/// <summary>Counts findings and keeps the first places of each kind.</summary>
public sealed class FindingLog
{
    /// <summary>Places kept of each kind.</summary>
    public const int PlacesKept = 5;

    private const int ExcerptLength = 120;

    private readonly OrderedDictionary<string, Entry> _entries = [];

    /// <summary>Notes something.</summary>
    /// <param name="kind">What was found.</param>
    /// <param name="line">Physical line, from 1; null where it concerns the whole file.</param>
    /// <param name="excerpt">What stands there; shortened here.</param>
    public void Add(FindingKind kind, long? line, string excerpt)
    {
        if (!_entries.TryGetValue(kind.Id, out var entry))
            _entries.Add(kind.Id, entry = new Entry(kind));
        entry.Count++;
        if (entry.Places.Count < PlacesKept)
            entry.Places.Add(new FindingPlace(line, Shorten(excerpt)));
    }

    /// <summary>How often a kind was found.</summary>
    public long Count(FindingKind kind) => _entries.TryGetValue(kind.Id, out var entry) ? entry.Count : 0;

    /// <summary>What was found: errors first, else in the order of the file.</summary>
    public IReadOnlyList<Finding> ToList() =>
        [.. _entries.Values
            .OrderBy(e => e.Kind.Severity)
            .Select(e => new Finding(e.Kind.Id, e.Kind.Severity, e.Count, e.Places, e.Kind.Meaning, e.Kind.Fix))];

    private static string Shorten(string excerpt)
    {
        var oneLine = excerpt.AsSpan(0, Math.Min(excerpt.Length, ExcerptLength)).ToString().ReplaceLineEndings(" ");
        return excerpt.Length <= ExcerptLength ? oneLine : oneLine + "…";
    }

    private sealed class Entry(FindingKind kind)
    {
        public FindingKind Kind { get; } = kind;

        public List<FindingPlace> Places { get; } = [];

        public long Count { get; set; }
    }
}
