using System.Numerics.Tensors;

namespace Pipeline.Core.Baselines;

/// <summary>
/// Multinomial logistic regression with an L2 penalty on the weights, not on the biases:
/// minimises Σ cross-entropy + |W|² / (2C), as scikit-learn's <c>LogisticRegression</c> does.
/// </summary>
public sealed class LogisticRegression : ILinearClassifier
{
    private readonly float[] _weights; // [features + 1, classes], the last row holds the biases
    private readonly int _features;

    private LogisticRegression(float[] weights, int features, int classes) => (_weights, _features, Classes) = (weights, features, classes);

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>Fits the weights.</summary>
    /// <param name="examples">The inputs.</param>
    /// <param name="labels">Their class ids.</param>
    /// <param name="features">Length of the inputs.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="c">Inverse strength of the penalty.</param>
    /// <param name="start">A model to start from, for example one with another <paramref name="c"/>.</param>
    /// <param name="cancellationToken">Looked at between the steps of the solver.</param>
    public static LogisticRegression Fit(
        IReadOnlyList<SparseVector> examples,
        IReadOnlyList<int> labels,
        int features,
        int classes,
        double c,
        LogisticRegression? start = null,
        CancellationToken cancellationToken = default)
    {
        if (examples.Count != labels.Count)
            throw new ArgumentException($"{examples.Count} examples against {labels.Count} labels.", nameof(labels));
        var weights = start is null ? new float[(features + 1) * classes] : (float[])start._weights.Clone();
        var scores = new float[classes];
        Lbfgs.Minimise(weights, Objective, maxIterations: 100, tolerance: 1e-6, cancellationToken);
        return new LogisticRegression(weights, features, classes);

        double Objective(ReadOnlySpan<float> w, Span<float> gradient)
        {
            var penalised = w[..(features * classes)];
            var strength = (float)(1 / c);
            TensorPrimitives.Multiply(penalised, strength, gradient[..penalised.Length]);
            gradient[penalised.Length..].Clear();
            double loss = 0.5 * strength * TensorPrimitives.SumOfSquares(penalised);
            for (var i = 0; i < examples.Count; i++)
            {
                Score(w, features, examples[i], scores);
                TensorPrimitives.SoftMax(scores, scores);
                loss -= Math.Log(Math.Max(scores[labels[i]], float.Epsilon));
                scores[labels[i]] -= 1; // now d loss / d score
                var (indices, values) = examples[i];
                for (var j = 0; j < indices.Length; j++)
                {
                    var row = gradient.Slice(indices[j] * classes, classes);
                    for (var k = 0; k < row.Length; k++)
                        row[k] += values[j] * scores[k];
                }

                var biases = gradient[penalised.Length..];
                for (var k = 0; k < biases.Length; k++)
                    biases[k] += scores[k];
            }

            return loss;
        }
    }

    /// <summary>The score of each class; their softmax are the probabilities.</summary>
    public float[] Scores(SparseVector example)
    {
        var scores = new float[Classes];
        Score(_weights, _features, example, scores);
        return scores;
    }

    /// <summary>The probability of each class.</summary>
    public float[] Probabilities(SparseVector example)
    {
        var scores = Scores(example);
        TensorPrimitives.SoftMax(scores, scores);
        return scores;
    }

    private static void Score(ReadOnlySpan<float> weights, int features, SparseVector example, Span<float> scores)
    {
        weights.Slice(features * scores.Length, scores.Length).CopyTo(scores);
        var (indices, values) = example;
        for (var j = 0; j < indices.Length; j++)
        {
            var row = weights.Slice(indices[j] * scores.Length, scores.Length);
            for (var k = 0; k < row.Length; k++)
                scores[k] += values[j] * row[k];
        }
    }
}
