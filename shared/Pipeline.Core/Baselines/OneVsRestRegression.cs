namespace Pipeline.Core.Baselines;

/// <summary>One logistic regression for each label, independent of the others: scikit-learn's <c>OneVsRestClassifier</c>.</summary>
public sealed class OneVsRestRegression : ILinearClassifier
{
    private readonly float[][] _weights; // [labels][features + 1], the last holds the bias

    private OneVsRestRegression(float[][] weights) => _weights = weights;

    /// <summary>Fits the weights, several labels at a time.</summary>
    /// <param name="examples">The inputs.</param>
    /// <param name="labels">Their label ids.</param>
    /// <param name="features">Length of the inputs.</param>
    /// <param name="labelCount">Number of labels.</param>
    /// <param name="c">Inverse strength of the penalty.</param>
    /// <param name="start">A model to start from, for example one with another <paramref name="c"/>.</param>
    /// <param name="cancellationToken">Looked at between the steps of the solver.</param>
    public static OneVsRestRegression Fit(
        IReadOnlyList<SparseVector> examples,
        IReadOnlyList<int[]> labels,
        int features,
        int labelCount,
        double c,
        OneVsRestRegression? start = null,
        CancellationToken cancellationToken = default)
    {
        var weights = new float[labelCount][];
        Parallel.For(0, labelCount, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount }, label =>
        {
            var yes = Enumerable.Range(0, examples.Count).Where(i => labels[i].Contains(label)).ToHashSet();
            weights[label] = yes.Count == 0 || yes.Count == examples.Count
                ? Constant(yes.Count, examples.Count, features)
                : BinaryRegression.Fit(examples, yes, features, c, start?._weights[label], cancellationToken);
        });
        return new OneVsRestRegression(weights);
    }

    /// <summary>The score of each label; its sigmoid is the probability.</summary>
    public float[] Scores(SparseVector example) => [.. _weights.Select(w => BinaryRegression.Score(w, example))];

    // Where every answer is the same the best bias is infinite; half an example of the other answer makes it a number.
    private static float[] Constant(int yes, int examples, int features)
    {
        var weights = new float[features + 1];
        weights[features] = (float)Math.Log((yes + 0.5) / (examples - yes + 0.5));
        return weights;
    }
}
