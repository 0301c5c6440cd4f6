namespace Pipeline.Core.Metrics;

/// <summary>An example whose number is far from the model's answer: the model's mistake, or the dataset's.</summary>
/// <param name="Row">The number of its row in the dataset, from 1.</param>
/// <param name="Target">The number that it has.</param>
/// <param name="Predicted">The number that it is given.</param>
/// <param name="Text">The text as the model's tokens have it; only with the option <c>include_texts_in_metrics</c>.</param>
public sealed record WorstExample(long Row, double Target, double Predicted, string? Text)
{
    /// <summary>The examples with the largest errors, the largest first; at most <see cref="NotableExamples.Listed"/>.</summary>
    /// <param name="score">What was answered to all examples of a split.</param>
    /// <param name="rows">The number of each example's row in the dataset.</param>
    /// <param name="text">The text of an example; null where texts are not to be shown.</param>
    public static IReadOnlyList<WorstExample> Find(RegressionScore score, IReadOnlyList<long> rows, Func<int, string>? text) =>
    [
        .. score.Errors().Index()
            .Where(e => e.Item != 0)
            .OrderByDescending(e => Math.Abs(e.Item))
            .Take(NotableExamples.Listed)
            .Select(e => new WorstExample(rows[e.Index], score.Targets[e.Index], score.Predictions[e.Index], text?.Invoke(e.Index))),
    ];
}
