namespace Pipeline.Core.Datasets.Reading;

/// <summary>A row as it was read, before anything is asked of it.</summary>
/// <param name="Line">The physical line it begins on.</param>
/// <param name="Text">The text; null where the row cannot be read, which is noted already.</param>
/// <param name="TextPair">The second text of a pair; null in a dataset of single texts.</param>
/// <param name="Labels">The labels; null where the row has none at all, which is not the same as an empty list of them.</param>
/// <param name="Split">The split that the dataset puts it into.</param>
/// <param name="File">The file inside the dataset.</param>
internal readonly record struct RawRow(
    long Line, string? Text, string? TextPair = null, IReadOnlyList<string>? Labels = null, Split? Split = null, string? File = null)
{
    /// <summary>A row that cannot be read, which is noted already.</summary>
    public static RawRow Unreadable(long line) => new(line, null);
}
