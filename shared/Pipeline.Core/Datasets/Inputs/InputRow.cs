namespace Pipeline.Core.Datasets.Inputs;

/// <summary>A row of a file whose texts are to be classified; rows that cannot be are there too.</summary>
/// <param name="Number">Number of the row, from 1; a header and blank lines do not count.</param>
/// <param name="Line">The physical line it begins on, from 1. In Parquet the number of the row, in an archive 1.</param>
/// <param name="Original">
/// The row as it came, in UTF-8: of delimited text its fields with the delimiters between them, of anything else a JSON object.
/// </param>
/// <param name="Text">The text; empty where there is a problem.</param>
/// <param name="TextPair">The second text of a pair; null where the file is one of single texts.</param>
/// <param name="Problem">Why it cannot be classified; null where it can.</param>
public sealed record InputRow(long Number, long Line, ReadOnlyMemory<byte> Original, string Text, string? TextPair, RowProblem? Problem);

/// <summary>Why a row cannot be classified.</summary>
/// <param name="Code">Stable identifier, mostly that of the <see cref="FindingKind"/> of such a row in a dataset.</param>
/// <param name="Message">A sentence about this row.</param>
public sealed record RowProblem(string Code, string Message);
