using System.Numerics.Tensors;

namespace Pipeline.Functions.Serving;

/// <summary>Makes answers of logits where a text has any number of labels.</summary>
internal static class Sigmoid
{
    /// <summary>Where a label counts as given, unless the request says otherwise.</summary>
    public const double DefaultThreshold = 0.5;

    /// <summary>The labels that reach the threshold, best first; none where none does.</summary>
    /// <param name="logits">One per label.</param>
    /// <param name="labels">Names by id.</param>
    /// <param name="top">How many to give at most; null: all.</param>
    /// <param name="threshold">Least score, 0 to 1.</param>
    public static IReadOnlyList<LabelScore> Rank(float[] logits, IReadOnlyList<string> labels, int? top, double threshold)
    {
        var scores = new float[logits.Length];
        TensorPrimitives.Sigmoid<float>(logits, scores);
        return [.. LabelScore.Ranked(scores, labels).TakeWhile(s => s.Score >= threshold).Take(top ?? scores.Length)];
    }
}
