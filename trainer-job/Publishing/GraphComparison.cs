using System.Numerics.Tensors;
using Pipeline.Core;
using Pipeline.Core.Metrics;

namespace Pipeline.Trainer.Publishing;

/// <summary>Takes in the logits of a graph beside those of the model that it was made of, text by text.</summary>
/// <param name="labels">Label names by id.</param>
/// <param name="problem">Whether a text has one label or any number.</param>
/// <param name="thresholds">With any number, the least probability at which each label is given; null: more than one half.</param>
internal sealed class GraphComparison(IReadOnlyList<string> labels, ProblemType problem, IReadOnlyList<double>? thresholds = null)
{
    private readonly ClassificationScore _score = new(labels, problem, thresholds);
    private double _largestDifference;
    private double _largestScoreDifference;
    private int _texts;
    private int _disagreements;

    /// <summary>Adds a text.</summary>
    /// <param name="actual">Its label ids.</param>
    /// <param name="expected">The model's logits.</param>
    /// <param name="given">The graph's.</param>
    public void Add(ReadOnlySpan<int> actual, ReadOnlySpan<float> expected, ReadOnlySpan<float> given)
    {
        _score.Add(actual, given);
        _texts++;
        if (!Answer(expected).SequenceEqual(Answer(given)))
            _disagreements++;
        float[] probable = Probabilities(expected), givenProbable = Probabilities(given);
        for (var label = 0; label < labels.Count; label++)
        {
            _largestDifference = Larger(_largestDifference, expected[label] - (double)given[label]);
            _largestScoreDifference = Larger(_largestScoreDifference, probable[label] - (double)givenProbable[label]);
        }
    }

    /// <summary>The figures of what was added.</summary>
    /// <exception cref="ArgumentException">Nothing was.</exception>
    public OnnxGraphMetrics ToMetrics()
    {
        var metrics = _score.ToMetrics();
        return new OnnxGraphMetrics(
            _largestDifference,
            (double)_disagreements / _texts,
            metrics.Accuracy,
            metrics.Macro.F1,
            MicroF1: problem == ProblemType.MultiLabelClassification ? metrics.Micro?.F1 : null,
            MaxScoreDifference: _largestScoreDifference);
    }

    private int[] Answer(ReadOnlySpan<float> logits) => ClassificationScore.Predicted(problem, logits, thresholds);

    private float[] Probabilities(ReadOnlySpan<float> logits)
    {
        var scores = new float[logits.Length];
        if (problem == ProblemType.SingleLabelClassification)
            TensorPrimitives.SoftMax(logits, scores);
        else
            TensorPrimitives.Sigmoid(logits, scores);
        return scores;
    }

    // What is not a number differs from everything, and no comparison with it would say so.
    private static double Larger(double most, double difference) =>
        Math.Max(most, double.IsNaN(difference) ? double.PositiveInfinity : Math.Abs(difference));
}
