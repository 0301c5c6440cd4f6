namespace Pipeline.Core.Baselines;

/// <summary>
/// Logistic regression with an L2 penalty on the weights, not on the biases: multinomial, or with several labels a text one
/// for each label. It minimises what scikit-learn's <c>LogisticRegression</c> and <c>OneVsRestClassifier</c> do.
/// </summary>
public sealed class LogisticRegression
{
    // A limit on multiplications and not on time, so that the result does not depend on the machine.
    private const double MostWork = 1e12;
    private const int MostIterations = 100, FewestIterations = 10;

    private readonly float[] _weights; // [columns + 1, outputs], the last row holds the biases
    private readonly Outputs _outputs;

    private LogisticRegression(float[] weights, Outputs outputs) => (_weights, _outputs) = (weights, outputs);

    /// <summary>Fits the weights.</summary>
    /// <param name="inputs">An input a row.</param>
    /// <param name="labels">The label ids of each; one, where the problem is a single-label one.</param>
    /// <param name="labelCount">Number of labels.</param>
    /// <param name="problem">Whether an input has one label or any number.</param>
    /// <param name="c">Inverse strength of the penalty.</param>
    /// <param name="start">A model of the same inputs to start from, for example one with another <paramref name="c"/>.</param>
    /// <param name="cancellationToken">Looked at between the steps of the solver.</param>
    /// <exception cref="ArgumentException">Not as many labels as inputs.</exception>
    public static LogisticRegression Fit(
        SparseMatrix inputs,
        IReadOnlyList<int[]> labels,
        int labelCount,
        ProblemType problem,
        double c,
        LogisticRegression? start = null,
        CancellationToken cancellationToken = default)
    {
        if (inputs.Rows != labels.Count)
            throw new ArgumentException($"{inputs.Rows} inputs against the labels of {labels.Count}.", nameof(labels));
        var outputs = Outputs.Of(labels, labelCount, problem);
        var weights = start is null ? outputs.StartingWeights(inputs.Columns) : (float[])start._weights.Clone();
        if (outputs.Count > 0)
        {
            var loss = new LogisticLoss(inputs, [.. labels.Select(outputs.Targets)], outputs.Count, outputs.IsSoftmax, outputs.Strength(c));
            var iterations = Math.Clamp(MostWork / (2.0 * inputs.Entries * outputs.Count), FewestIterations, MostIterations);
            Lbfgs.Minimise(weights, loss.At, loss.Precondition, (int)iterations, tolerance: 1e-5, cancellationToken);
        }

        return new LogisticRegression(weights, outputs);
    }

    /// <summary>The score of each label; their softmax, or with several labels each one's sigmoid, are the probabilities.</summary>
    /// <param name="input">A column may be named more than once; its values then add up.</param>
    public float[] Scores(SparseVector input)
    {
        var scores = new float[_outputs.Count];
        LogisticLoss.Score(_weights, input.Indices, input.Values, scores);
        return _outputs.ToLabels(scores);
    }
}
