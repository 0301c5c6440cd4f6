using System.Numerics.Tensors;
using Pipeline.Core;

namespace Pipeline.Functions.Serving.Explaining;

/// <summary>
/// What a model holds of each label, on a scale on which differences add up: the log-odds of its probability. A probability near 1 hardly
/// moves whatever is left out, its log-odds do.
/// </summary>
internal static class Evidence
{
    /// <summary>The log-odds of each label, from logits; of a regression the number.</summary>
    public static float[] Of(float[] logits, ProblemType problemType) => problemType == ProblemType.SingleLabelClassification
        ? [.. logits.Select((logit, i) => logit - LogSumExp(logits, except: i))]
        // A logit of a label by itself is its log-odds.
        : logits;

    // log p/(1−p) of a softmax is the logit less this of all others. The largest is taken off first, so that exp cannot overflow.
    private static float LogSumExp(float[] logits, int except)
    {
        float[] others = [.. logits[..except], .. logits[(except + 1)..]];
        if (others.Length == 0)
            return 0;
        var largest = TensorPrimitives.Max<float>(others);
        return largest + MathF.Log(others.Sum(o => MathF.Exp(o - largest)));
    }
}
