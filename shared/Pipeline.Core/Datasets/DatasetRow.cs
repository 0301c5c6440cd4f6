namespace Pipeline.Core.Datasets;

/// <summary>A row that can be used.</summary>
/// <param name="Number">Number of the row among the rows of the file, from 1; a header does not count.</param>
/// <param name="Line">The physical line it begins on, from 1; line breaks inside quotes count.</param>
/// <param name="Text">The text, as it stands in the file.</param>
/// <param name="Label">The label, without spaces around it.</param>
public readonly record struct DatasetRow(long Number, long Line, string Text, string Label);
