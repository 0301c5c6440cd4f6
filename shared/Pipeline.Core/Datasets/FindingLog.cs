using Pipeline.Core.Findings;

namespace Pipeline.Core.Datasets;

/// <summary>Counts findings and keeps the first places of each kind.</summary>
public sealed class FindingLog
{
    /// <summary>Places kept of each kind.</summary>
    public const int PlacesKept = 5;

    private const int ExcerptLength = 160;

    // All mistakes of an options file are wanted at once; of a file of nothing but mistakes, not all.
    private const int MostReasons = 50;

    private readonly OrderedDictionary<string, Entry> _entries = [];

    /// <summary>Notes something.</summary>
    /// <param name="kind">What was found.</param>
    /// <param name="line">Physical line, from 1; null where it concerns the whole file.</param>
    /// <param name="excerpt">What stands there; shortened here.</param>
    /// <param name="file">The file in a dataset of several.</param>
    public void Add(FindingKind kind, long? line, string excerpt, string? file = null)
    {
        var entry = EntryOf(kind);
        entry.Count++;
        if (entry.Places.Count < PlacesKept)
            entry.Places.Add(new FindingPlace(line, Shorten(excerpt), file));
    }

    /// <summary>Notes something that was counted elsewhere.</summary>
    /// <param name="kind">What was found.</param>
    /// <param name="count">How often; nothing is noted where it is 0.</param>
    /// <param name="places">The first places, in order; excerpts are shortened here.</param>
    public void Add(FindingKind kind, long count, IEnumerable<FindingPlace> places)
    {
        if (count == 0)
            return;
        var entry = EntryOf(kind);
        entry.Count += count;
        entry.Places.AddRange(places.Take(PlacesKept - entry.Places.Count).Select(p => p with { Excerpt = Shorten(p.Excerpt) }));
    }

    /// <summary>Notes why the dataset is rejected. Where it names several places, their sentences are not shortened.</summary>
    public void Add(DatasetRejectedException rejection)
    {
        if (rejection.Places.Count == 0)
        {
            Add(rejection.Kind, rejection.Line, rejection.Message);
            return;
        }

        var entry = EntryOf(rejection.Kind);
        entry.Count += rejection.Places.Count;
        entry.Places.AddRange(rejection.Places.Take(MostReasons - entry.Places.Count));
    }

    /// <summary>Takes over what was found in a later part of the dataset. Merge the parts in the order of the file.</summary>
    /// <param name="later">What <see cref="ToList"/> gave for the part.</param>
    /// <param name="lineOffset">Lines before the part, where it counted from its own beginning.</param>
    public void Merge(IEnumerable<Finding> later, long lineOffset = 0)
    {
        foreach (var finding in later)
            Add(FindingKind.Of(finding.Id), finding.Count, finding.Places.Select(p => p with { Line = p.Line + lineOffset }));
    }

    /// <summary>Adds the texts of rows that are known by their number alone.</summary>
    /// <param name="quotes">The rows.</param>
    public void Quote(RowQuotes quotes)
    {
        foreach (var entry in _entries.Values)
        {
            for (var i = 0; i < entry.Places.Count; i++)
            {
                var place = entry.Places[i];
                if (place.Row is { } number && quotes.Find(number) is { } row)
                    entry.Places[i] = place with { Excerpt = Shorten($"{place.Excerpt}: {row.Text}"), File = row.File ?? place.File };
            }
        }
    }

    /// <summary>How often a kind was found.</summary>
    public long Count(FindingKind kind) => _entries.TryGetValue(kind.Id, out var entry) ? entry.Count : 0;

    /// <summary>What was found: errors first, else in the order of the file.</summary>
    /// <param name="ignored">Ids of warnings and notes that are left out (the option <c>ignore_findings</c>); errors never are.</param>
    public IReadOnlyList<Finding> ToList(IReadOnlyList<string>? ignored = null) =>
        [.. _entries.Values
            .Where(e => e.Kind.Severity == FindingSeverity.Error || ignored?.Contains(e.Kind.Id) != true)
            .OrderBy(e => e.Kind.Severity)
            .Select(e => new Finding(e.Kind.Id, e.Kind.Severity, e.Count, e.Places, e.Kind.Meaning, e.Kind.Fix))];

    private Entry EntryOf(FindingKind kind)
    {
        if (!_entries.TryGetValue(kind.Id, out var entry))
            _entries.Add(kind.Id, entry = new Entry(kind));
        return entry;
    }

    // On one line, and without characters that do something to the terminal which shows them.
    private static string Shorten(string excerpt) =>
        HiddenCharacters.Show(excerpt.Length <= ExcerptLength + 1 ? excerpt : TextCut.Whole(excerpt, 0, ExcerptLength) + "…").ReplaceLineEndings(" ");

    private sealed class Entry(FindingKind kind)
    {
        public FindingKind Kind { get; } = kind;

        public List<FindingPlace> Places { get; } = [];

        public long Count { get; set; }
    }
}
