using Pipeline.Core.Datasets;

namespace Pipeline.Core.Findings;

/// <summary>A row that a report quotes.</summary>
/// <param name="File">Its file, in a dataset of several.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Text">Its text.</param>
public sealed record QuotedRow(string? File, IReadOnlyList<string> Labels, string Text);

/// <summary>A few rows that a later pass over the dataset brings in: ask first, then show it each row. It serializes as JSON.</summary>
public sealed class RowQuotes
{
    /// <summary>The rows that were asked for, by their number; null where they were not shown yet.</summary>
    public Dictionary<long, QuotedRow?> Rows { get; set; } = [];

    /// <summary>Asks for the rows of near copies, and for those that findings know by their number alone.</summary>
    public static RowQuotes Of(NearCopies copies, IEnumerable<Finding> findings) => new()
    {
        Rows = copies.First.SelectMany(p => new[] { p.Copy.Row, p.Original.Row })
            .Concat(findings.SelectMany(f => f.Places).Select(p => p.Row).OfType<long>())
            .Distinct().ToDictionary(row => row, _ => (QuotedRow?)null),
    };

    /// <summary>Takes a row, if it was asked for.</summary>
    /// <param name="number">Its number among the rows of the dataset, from 1.</param>
    /// <param name="row">The row.</param>
    public void Show(long number, in DatasetRow row)
    {
        if (Rows.Count > 0 && Rows.ContainsKey(number))
            Rows[number] = new QuotedRow(row.File, row.Labels, row.TextPair is null ? row.Text : $"{row.Text} | {row.TextPair}");
    }

    /// <summary>Takes over what another part was shown.</summary>
    public void Merge(RowQuotes other)
    {
        foreach (var (number, row) in other.Rows)
            Rows[number] = row ?? Rows.GetValueOrDefault(number);
    }

    /// <summary>A row; null where it was not shown.</summary>
    public QuotedRow? Find(long number) => Rows.GetValueOrDefault(number);
}
