namespace Pipeline.Core.Datasets.Reading;

/// <summary>The first rows of a dataset with all of their columns, from which it is decided how the rest is read.</summary>
/// <param name="Names">The columns' names; null where the file has none, and they are numbered.</param>
/// <param name="Rows">The rows; a row may have fewer cells than others.</param>
/// <param name="Line">Where the names stand.</param>
internal sealed record Sample(IReadOnlyList<string>? Names, IReadOnlyList<IReadOnlyList<Cell>> Rows, long Line)
{
    /// <summary>Rows that are enough to decide on.</summary>
    public const int Enough = 1_000;

    /// <summary>Bytes that are enough to decide on.</summary>
    public const int EnoughBytes = 1 << 18;

    /// <summary>The columns.</summary>
    public IReadOnlyList<Column> Columns { get; } =
        Names is not null
            ? [.. Names.Select((name, i) => new Column(name, i))]
            : [.. Enumerable.Range(0, Rows.Count == 0 ? 0 : Rows.Max(r => r.Count)).Select(i => new Column($"{i + 1}", i))];

    /// <summary>The values of a column in the rows that have one.</summary>
    public IEnumerable<Cell> Values(Column column) =>
        Rows.Where(r => r.Count > column.Index).Select(r => r[column.Index]).Where(c => !c.IsMissing);
}

/// <summary>A value: a text, or a list of them.</summary>
/// <param name="Text">The text; null for a list, or where there is none.</param>
/// <param name="List">The list; null for a text.</param>
internal readonly record struct Cell(string? Text, IReadOnlyList<string>? List = null)
{
    /// <summary>Whether there is no value.</summary>
    public bool IsMissing => List is null && string.IsNullOrWhiteSpace(Text);
}
