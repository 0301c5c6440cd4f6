namespace Pipeline.Core.Shards;

/// <summary>One labelled text, or pair of texts, as the trainer gets it. The ids have no special tokens, are not cut and not padded.</summary>
/// <param name="InputIds">Token ids of the whole text.</param>
/// <param name="PairInputIds">Token ids of the whole second text; null where the dataset has no pairs.</param>
/// <param name="Labels">Indexes into the run's label names, ascending: exactly one, with <see cref="ProblemType.MultiLabelClassification"/> any number, with <see cref="ProblemType.Regression"/> none.</param>
/// <param name="Row">Number of the row in the dataset, from 1, so that a mistake of the model can be looked up.</param>
/// <param name="Target">The number to be predicted; null unless the problem is <see cref="ProblemType.Regression"/>.</param>
public sealed record TokenizedExample(int[] InputIds, int[]? PairInputIds, int[] Labels, long Row, float? Target = null)
{
    /// <summary>Tokens of both texts.</summary>
    public int Tokens => InputIds.Length + (PairInputIds?.Length ?? 0);
}
