using System.Numerics.Tensors;

namespace Pipeline.Functions.Serving;

/// <summary>Makes answers of logits where a text has any number of labels.</summary>
internal static class Sigmoid
{
    /// <summary>Where a label counts as given, unless the request or the version says otherwise.</summary>
    public const double DefaultThreshold = 0.5;

    /// <summary>The labels that reach the threshold, best first; none where none does.</summary>
    /// <param name="logits">One per label.</param>
    /// <param name="labels">Names by id.</param>
    /// <param name="options">How many to give at most, and the least probability, 0 to 1; without one, each label's own threshold or <see cref="DefaultThreshold"/>.</param>
    /// <param name="thresholds">The version's own thresholds by label id; the answer then marks the labels that reach them. Null: it has none.</param>
    public static IReadOnlyList<LabelScore> Rank(
        float[] logits, IReadOnlyList<string> labels, AnswerOptions options, IReadOnlyList<double>? thresholds = null)
    {
        var scores = new float[logits.Length];
        TensorPrimitives.Sigmoid<float>(logits, scores);
        return
        [
            .. scores.Index()
                .OrderByDescending(s => s.Item)
                .Where(s => s.Item >= (options.Threshold ?? thresholds?[s.Index] ?? DefaultThreshold))
                .Select(s => new LabelScore(labels[s.Index], options.RawScores ? logits[s.Index] : s.Item, thresholds is null ? null : s.Item >= thresholds[s.Index]))
                .Take(options.Top ?? scores.Length),
        ];
    }
}
