using System.Numerics.Tensors;

namespace Pipeline.Functions.Serving;

/// <summary>Makes answers of logits where each text has exactly one label.</summary>
internal static class Softmax
{
    /// <summary>The likeliest labels, best first.</summary>
    /// <param name="logits">One per label.</param>
    /// <param name="labels">Names by id.</param>
    /// <param name="top">How many to give; null: all.</param>
    public static IReadOnlyList<LabelScore> Rank(float[] logits, IReadOnlyList<string> labels, int? top)
    {
        var scores = new float[logits.Length];
        // The largest is taken off first: the quotient is the same and exp cannot overflow.
        TensorPrimitives.Subtract(logits, TensorPrimitives.Max<float>(logits), scores);
        TensorPrimitives.SoftMax<float>(scores, scores);
        return [.. LabelScore.Ranked(scores, labels).Take(top ?? scores.Length)];
    }
}
