namespace Pipeline.Core.Datasets;

/// <summary>A row as it was read, before anything is asked of it.</summary>
/// <param name="Line">The physical line it begins on.</param>
/// <param name="Text">The text column's value; null where the row has none.</param>
/// <param name="Label">The label column's value; null where the row has none.</param>
internal readonly record struct RawRow(long Line, string? Text, string? Label);
