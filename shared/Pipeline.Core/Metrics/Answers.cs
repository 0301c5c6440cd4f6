namespace Pipeline.Core.Metrics;

/// <summary>The labels that a model gave the examples of a split, beside those that they have.</summary>
/// <param name="Actual">Label ids of each example.</param>
/// <param name="Given">Label ids that it was given.</param>
/// <param name="Labels">Number of labels.</param>
public sealed record Answers(IReadOnlyList<int[]> Actual, IReadOnlyList<int[]> Given, int Labels)
{
    /// <summary>Number of examples.</summary>
    public int Count => Actual.Count;

    /// <summary>The answers that predictions stand for.</summary>
    /// <param name="predictions">Of all examples.</param>
    /// <param name="thresholds">With several labels, the least probability at which each is given; null: more than one half.</param>
    public static Answers Of(Predictions predictions, IReadOnlyList<double>? thresholds = null)
    {
        int[] examples = [.. Enumerable.Range(0, predictions.Count)];
        return new Answers([.. examples.Select(predictions.Actual)], [.. examples.Select(e => predictions.Predicted(e, thresholds))], predictions.Labels.Count);
    }
}
