namespace Pipeline.Core.Baselines;

/// <summary>
/// Which numbers a logistic regression has to find for its labels. Of two classes only the difference of the scores counts,
/// so that one number does. Of a label that every text has, or none, the best bias is infinite: it gets one by its share instead.
/// </summary>
internal sealed class Outputs
{
    private readonly ProblemType _problem;
    private readonly float[] _biases; // of each label, by its share
    private readonly int[] _learned; // several labels: those that are learned
    private readonly int[] _position; // of each label among them, or -1

    private Outputs(ProblemType problem, float[] biases, int[] learned, int[] position) =>
        (_problem, _biases, _learned, _position) = (problem, biases, learned, position);

    /// <summary>Numbers for each input.</summary>
    public int Count => IsBinary ? 1 : _learned.Length;

    /// <summary>Whether exactly one of them is right.</summary>
    public bool IsSoftmax => _problem == ProblemType.SingleLabelClassification && !IsBinary;

    private bool IsBinary => _problem == ProblemType.SingleLabelClassification && _biases.Length == 2;

    /// <summary>Looks at the labels of all inputs.</summary>
    public static Outputs Of(IReadOnlyList<int[]> labels, int labelCount, ProblemType problem)
    {
        var counts = new long[labelCount];
        foreach (var label in labels.SelectMany(l => l))
            counts[label]++;
        // Half an example of the other answer makes every share a number.
        float[] biases = [.. counts.Select(n => (float)Math.Log((n + 0.5) / (labels.Count - n + 0.5)))];
        int[] learned = [.. Enumerable.Range(0, labelCount).Where(k => problem == ProblemType.SingleLabelClassification || (counts[k] > 0 && counts[k] < labels.Count))];
        var position = Enumerable.Repeat(-1, labelCount).ToArray();
        foreach (var (at, label) in learned.Index())
            position[label] = at;
        return new Outputs(problem, biases, learned, position);
    }

    /// <summary>The outputs that are to be 1 for an input with these labels.</summary>
    public int[] Targets(int[] labels) => IsBinary
        ? labels[0] == 1 ? [0] : []
        : [.. labels.Select(label => _position[label]).Where(at => at >= 0)];

    /// <summary>The inverse strength of the penalty on the outputs: two halves of a difference w have the penalty |w|² / (4C).</summary>
    public double Strength(double c) => IsBinary ? 2 * c : c;

    /// <summary><c>[columns + 1, outputs]</c>: zeros, and with several labels the biases by their shares, since most are rare.</summary>
    public float[] StartingWeights(int columns)
    {
        var weights = new float[(columns + 1) * Count];
        if (_problem == ProblemType.MultiLabelClassification)
            _learned.Select(label => _biases[label]).ToArray().CopyTo(weights, columns * Count);
        return weights;
    }

    /// <summary>Scores of all labels from those of the outputs.</summary>
    public float[] ToLabels(float[] scores)
    {
        if (IsBinary)
            return [-scores[0] / 2, scores[0] / 2];
        if (Count == _biases.Length)
            return scores;
        var all = (float[])_biases.Clone();
        for (var at = 0; at < _learned.Length; at++)
            all[_learned[at]] = scores[at];
        return all;
    }
}
