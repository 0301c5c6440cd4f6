using Pipeline.Core.Datasets;

namespace Pipeline.Core.Findings;

/// <summary>A row of a pair of near copies.</summary>
/// <param name="Row">Its number among the rows of the dataset, from 1.</param>
/// <param name="Line">Its physical line.</param>
/// <param name="File">Its file, in a dataset of several.</param>
public sealed record NearCopyRow(long Row, long Line, string? File);

/// <summary>A row and an earlier one that it nearly copies.</summary>
/// <param name="Copy">The later row.</param>
/// <param name="Original">The earlier one.</param>
/// <param name="Similarity">Estimated share of common three-word sequences, 0.8 to 1.</param>
/// <param name="SameLabels">Whether both have the same labels.</param>
public sealed record NearCopy(NearCopyRow Copy, NearCopyRow Original, double Similarity, bool SameLabels);

/// <summary>The near copies of a dataset: their number, and the first of them. It serializes as JSON.</summary>
public sealed class NearCopies
{
    /// <summary>Rows that nearly copy an earlier one with the same labels.</summary>
    public long Count { get; set; }

    /// <summary>Rows that nearly copy an earlier one with other labels.</summary>
    public long Conflicts { get; set; }

    /// <summary>The first pairs of both kinds, in the order of the dataset; their texts make a better report, see <see cref="RowQuotes"/>.</summary>
    public List<NearCopy> First { get; set; } = [];

    /// <summary>Notes them.</summary>
    /// <param name="findings">Takes them.</param>
    /// <param name="quotes">The rows of <see cref="First"/>, as far as they were shown.</param>
    public void Note(FindingLog findings, RowQuotes? quotes = null)
    {
        findings.Add(FindingKind.NearDuplicate, Count, First.Where(p => p.SameLabels).Select(pair => Place(pair, quotes)));
        findings.Add(FindingKind.NearConflict, Conflicts, First.Where(p => !p.SameLabels).Select(pair => Place(pair, quotes)));
    }

    internal void Add(NearCopy pair)
    {
        if (pair.SameLabels)
            Count++;
        else
            Conflicts++;
        var at = First.FindIndex(p => p.Copy.Row > pair.Copy.Row);
        First.Insert(at < 0 ? First.Count : at, pair);
        if (First.Count(p => p.SameLabels == pair.SameLabels) > FindingLog.PlacesKept)
            First.RemoveAt(First.FindLastIndex(p => p.SameLabels == pair.SameLabels));
    }

    private static FindingPlace Place(NearCopy pair, RowQuotes? quotes)
    {
        var copy = quotes?.Find(pair.Copy.Row);
        var original = quotes?.Find(pair.Original.Row);
        var (file, otherFile) = (copy?.File ?? pair.Copy.File, original?.File ?? pair.Original.File);
        var there = file == otherFile ? $"line {pair.Original.Line}" : $"{otherFile}, line {pair.Original.Line}";
        var labels = copy is { } c && original is { } o && !pair.SameLabels
            ? $", '{string.Join(", ", c.Labels)}' here and '{string.Join(", ", o.Labels)}' there"
            : "";
        var texts = copy is { } now && original is { } before ? $": {QuotedDifference.Of(before.Text, now.Text)}" : "";
        return new FindingPlace(pair.Copy.Line, FormattableString.Invariant($"{100 * pair.Similarity:0}% like {there}{labels}{texts}"), file);
    }
}
