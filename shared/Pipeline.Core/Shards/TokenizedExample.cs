namespace Pipeline.Core.Shards;

/// <summary>One labelled text as the trainer gets it.</summary>
/// <param name="InputIds">Token ids of the whole text, untruncated and without padding.</param>
/// <param name="Label">Index into the run's label names.</param>
/// <param name="Row">Number of the row in the dataset, from 1, so that a mistake of the model can be looked up.</param>
public sealed record TokenizedExample(int[] InputIds, int Label, long Row);
