namespace Pipeline.Trainer.Data;

/// <summary>A row of a split: whole token sequences, without special tokens.</summary>
/// <param name="InputIds">Of the text.</param>
/// <param name="PairInputIds">Of the second text; null where the dataset has no pairs.</param>
/// <param name="Labels">Label ids: one, or with several labels a row any number.</param>
/// <param name="Row">The number of the row in the dataset, from 1.</param>
internal sealed record Example(int[] InputIds, int[]? PairInputIds, int[] Labels, long Row = 0);
