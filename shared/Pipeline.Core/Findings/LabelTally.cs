namespace Pipeline.Core.Findings;

/// <summary>What is known of a label after all rows were read.</summary>
/// <param name="Name">The label.</param>
/// <param name="Rows">Rows that have it.</param>
/// <param name="Texts">Different texts among them.</param>
/// <param name="FirstLine">The line of the first of these rows.</param>
/// <param name="File">The file of that row, in a dataset of several.</param>
public sealed record LabelTally(string Name, long Rows, long Texts, long? FirstLine = null, string? File = null);
