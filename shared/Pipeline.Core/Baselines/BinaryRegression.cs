using System.Numerics.Tensors;

namespace Pipeline.Core.Baselines;

/// <summary>
/// Logistic regression of one yes-or-no question, with an L2 penalty on the weights, not on the bias:
/// minimises Σ cross-entropy + |w|² / (2C), as scikit-learn's <c>LogisticRegression</c> does.
/// </summary>
internal static class BinaryRegression
{
    /// <summary>Fits the weights, the bias last.</summary>
    /// <param name="examples">The inputs.</param>
    /// <param name="yes">The positions of those whose answer is yes; at least one, and not all.</param>
    /// <param name="features">Length of the inputs.</param>
    /// <param name="c">Inverse strength of the penalty.</param>
    /// <param name="start">Weights to start from; null: zeros.</param>
    /// <param name="cancellationToken">Looked at between the steps of the solver.</param>
    public static float[] Fit(
        IReadOnlyList<SparseVector> examples, HashSet<int> yes, int features, double c, float[]? start, CancellationToken cancellationToken)
    {
        var weights = start is null ? new float[features + 1] : (float[])start.Clone();
        Lbfgs.Minimise(weights, Objective, maxIterations: 100, tolerance: 1e-6, cancellationToken);
        return weights;

        double Objective(ReadOnlySpan<float> w, Span<float> gradient)
        {
            var strength = (float)(1 / c);
            TensorPrimitives.Multiply(w[..features], strength, gradient[..features]);
            gradient[features] = 0;
            double loss = 0.5 * strength * TensorPrimitives.SumOfSquares(w[..features]);
            for (var i = 0; i < examples.Count; i++)
            {
                var (indices, values) = examples[i];
                double score = Score(w, examples[i]), answer = yes.Contains(i) ? 1 : 0;
                // ln(1 + e^s) − y s, in the form that does not overflow.
                loss += Math.Max(score, 0) + Math.Log(1 + Math.Exp(-Math.Abs(score))) - answer * score;
                var error = (float)(1 / (1 + Math.Exp(-score)) - answer);
                for (var j = 0; j < indices.Length; j++)
                    gradient[indices[j]] += values[j] * error;
                gradient[features] += error;
            }

            return loss;
        }
    }

    /// <summary>The log-odds of yes.</summary>
    public static float Score(ReadOnlySpan<float> weights, SparseVector example)
    {
        var score = weights[^1];
        var (indices, values) = example;
        for (var j = 0; j < indices.Length; j++)
            score += values[j] * weights[indices[j]];
        return score;
    }
}
