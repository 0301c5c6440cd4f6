using System.Numerics.Tensors;

namespace Pipeline.Functions.Serving;

/// <summary>Makes answers of logits where each text has exactly one label.</summary>
internal static class Softmax
{
    /// <summary>The likeliest labels, best first; equal ones in the order of their ids.</summary>
    /// <param name="logits">One per label.</param>
    /// <param name="labels">Names by id.</param>
    /// <param name="options">How many to give, and as what.</param>
    /// <param name="abstainBelow">The answer says that the model abstains where the best score is below this; null: it never does.</param>
    public static IReadOnlyList<LabelScore> Rank(float[] logits, IReadOnlyList<string> labels, AnswerOptions options, double? abstainBelow = null)
    {
        var scores = new float[logits.Length];
        // The largest is taken off first: the quotient is the same and exp cannot overflow.
        TensorPrimitives.Subtract(logits, TensorPrimitives.Max<float>(logits), scores);
        TensorPrimitives.SoftMax<float>(scores, scores);
        bool? abstains = TensorPrimitives.Max<float>(scores) < abstainBelow ? true : null;
        return
        [
            .. scores.Index()
                .OrderByDescending(s => s.Item)
                .Select(s => new LabelScore(labels[s.Index], options.RawScores ? logits[s.Index] : s.Item, Abstains: abstains))
                .Take(options.Top ?? scores.Length),
        ];
    }
}
