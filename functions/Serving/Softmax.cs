using System.Numerics.Tensors;

namespace Pipeline.Functions.Serving;

/// <summary>A label and how likely it is.</summary>
/// <param name="Label">The label's name.</param>
/// <param name="Score">Its probability, 0 to 1; those of all labels add up to 1.</param>
internal sealed record LabelScore(string Label, float Score);

/// <summary>Makes answers of logits.</summary>
internal static class Softmax
{
    /// <summary>The likeliest labels, best first; equal ones in the order of their ids.</summary>
    /// <param name="logits">One per label.</param>
    /// <param name="labels">Names by id.</param>
    /// <param name="top">How many to give; null: all.</param>
    public static IReadOnlyList<LabelScore> Rank(float[] logits, IReadOnlyList<string> labels, int? top)
    {
        var scores = new float[logits.Length];
        // The largest is taken off first: the quotient is the same and exp cannot overflow.
        TensorPrimitives.Subtract(logits, TensorPrimitives.Max<float>(logits), scores);
        TensorPrimitives.SoftMax<float>(scores, scores);
        return [.. scores.Index().OrderByDescending(s => s.Item).Take(top ?? scores.Length).Select(s => new LabelScore(labels[s.Index], s.Item))];
    }
}
