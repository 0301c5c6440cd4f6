namespace Pipeline.Core.Datasets;

/// <summary>A row that can be used.</summary>
/// <param name="Number">Number of the row among the rows of the dataset, from 1; a header does not count.</param>
/// <param name="Line">The physical line it begins on, from 1; line breaks inside quotes count. In Parquet the number of the row, in an archive 1.</param>
/// <param name="Text">The text, as it stands in the file; several text columns are joined with a line break.</param>
/// <param name="TextPair">The second text of a pair; null in a dataset of single texts.</param>
/// <param name="Labels">The labels, without spaces around them, each once: one in a single-label dataset, none or more in a multi-label one.</param>
/// <param name="GivenSplit">The split the dataset itself puts the row into; null where it says nothing.</param>
/// <param name="File">The file inside the dataset; null where the dataset is one file.</param>
/// <param name="Target">The number in the label column, finite; null unless the dataset is one for regression.</param>
public readonly record struct DatasetRow(
    long Number, long Line, string Text, string? TextPair, IReadOnlyList<string> Labels, Split? GivenSplit, string? File, float? Target = null);
