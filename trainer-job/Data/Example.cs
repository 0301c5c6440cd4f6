namespace Pipeline.Trainer.Data;

/// <summary>A row of a split: whole token sequences, without special tokens.</summary>
/// <param name="InputIds">Of the text.</param>
/// <param name="PairInputIds">Of the second text; null where the dataset has no pairs.</param>
/// <param name="Labels">Label ids: one, with several labels a row any number, of a regression none.</param>
/// <param name="Row">The number of the row in the dataset, from 1.</param>
/// <param name="Target">The number to be predicted, in its own units; 0 unless the problem is a regression.</param>
internal sealed record Example(int[] InputIds, int[]? PairInputIds, int[] Labels, long Row = 0, float Target = 0);
