namespace Pipeline.Core.Metrics;

/// <summary>
/// What a classifier said of each example of a split. Examples are set in any order and in batches of any size; whatever is
/// computed goes through them in the order of the split, so that the figures do not depend on the batches.
/// </summary>
public sealed class Predictions
{
    private readonly int[]?[] _actual;
    private readonly float[][] _scores;

    /// <summary>Nothing said yet. Four bytes for each example and label: 31 MB for 100,000 examples and 77 labels.</summary>
    /// <param name="labels">Label names by id.</param>
    /// <param name="problem">Whether an example has one label or any number.</param>
    /// <param name="examples">Number of examples in the split, at least 1.</param>
    public Predictions(IReadOnlyList<string> labels, ProblemType problem, int examples)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(examples, 1);
        (Labels, Problem, _actual, _scores) = (labels, problem, new int[examples][], new float[examples][]);
    }

    /// <summary>Label names by id.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Whether an example has one label or any number.</summary>
    public ProblemType Problem { get; }

    /// <summary>Number of examples.</summary>
    public int Count => _actual.Length;

    /// <summary>Whether an example has any number of labels.</summary>
    public bool IsMultiLabel => Problem == ProblemType.MultiLabelClassification;

    /// <summary>Takes in what was said of an example.</summary>
    /// <param name="example">Its place in the split, from 0.</param>
    /// <param name="actual">Its label ids; exactly one where the problem is a single-label one.</param>
    /// <param name="scores">Of each label, before softmax or sigmoid.</param>
    /// <exception cref="ArgumentException">Not as many scores as labels.</exception>
    public void Set(int example, int[] actual, ReadOnlySpan<float> scores)
    {
        if (scores.Length != Labels.Count)
            throw new ArgumentException($"{scores.Length} scores for {Labels.Count} labels.", nameof(scores));
        (_actual[example], _scores[example]) = (actual, scores.ToArray());
    }

    /// <summary>The label ids that an example has.</summary>
    /// <exception cref="InvalidOperationException">Nothing was said of it.</exception>
    public int[] Actual(int example) => _actual[example] ?? throw new InvalidOperationException($"Nothing was said of example {example} of {Count}.");

    /// <summary>The scores of its labels, before softmax or sigmoid.</summary>
    public ReadOnlySpan<float> Scores(int example) => _scores[example];

    /// <summary>The probabilities of its labels: the softmax of the scores, or with several labels each one's sigmoid.</summary>
    /// <param name="example">Its place in the split.</param>
    /// <param name="probabilities">Filled, a number for each label.</param>
    public void Probabilities(int example, Span<double> probabilities)
    {
        var scores = _scores[example];
        double highest = scores.Max(), sum = 0;
        for (var k = 0; k < scores.Length; k++)
        {
            probabilities[k] = IsMultiLabel ? 1 / (1 + Math.Exp(-(double)scores[k])) : Math.Exp(scores[k] - highest);
            sum += probabilities[k];
        }

        for (var k = 0; !IsMultiLabel && k < scores.Length; k++)
            probabilities[k] /= sum;
    }

    /// <summary>The same with all scores divided by a temperature, which changes no answer.</summary>
    public Predictions At(double temperature)
    {
        var scaled = new Predictions(Labels, Problem, Count);
        for (var example = 0; example < Count; example++)
            scaled.Set(example, Actual(example), Array.ConvertAll(_scores[example], s => (float)(s / temperature)));
        return scaled;
    }

    /// <summary>All figures.</summary>
    /// <param name="thresholds">With several labels, the least probability at which each counts as predicted; null: more than one half.</param>
    public ClassificationMetrics ToMetrics(IReadOnlyList<double>? thresholds = null)
    {
        var score = new ClassificationScore(Labels, Problem, thresholds);
        for (var example = 0; example < Count; example++)
            score.Add(Actual(example), Scores(example));
        return RankingMetrics.AddTo(score.ToMetrics(), this) with
        {
            BrierScore = Finite(Calibration.BrierScore(this)),
            ExpectedCalibrationError = Finite(Calibration.ExpectedError(this)),
        };
    }

    /// <summary>The label ids that an example is given.</summary>
    /// <param name="example">Its place in the split.</param>
    /// <param name="thresholds">As in <see cref="ToMetrics"/>.</param>
    public int[] Predicted(int example, IReadOnlyList<double>? thresholds = null) =>
        ClassificationScore.Predicted(Problem, Scores(example), thresholds);

    // Of scores that are no numbers nothing can be said; JSON has no word for them either.
    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
