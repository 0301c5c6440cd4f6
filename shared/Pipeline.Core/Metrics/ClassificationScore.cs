using System.Numerics.Tensors;

namespace Pipeline.Core.Metrics;

/// <summary>Takes in the scores that a classifier gave each label, example by example, and makes its metrics of them.</summary>
/// <param name="labels">Label names by id.</param>
/// <param name="problem">Whether an example has one label (the scores' softmax are probabilities) or any number (each score's sigmoid is one).</param>
/// <param name="thresholds">With several labels, the least probability at which each counts as predicted; null: more than one half.</param>
public sealed class ClassificationScore(IReadOnlyList<string> labels, ProblemType problem, IReadOnlyList<double>? thresholds = null)
{
    private readonly ConfusionMatrix _matrix = new(labels.Count);
    private readonly MultiLabelCounts _counts = new(labels.Count);
    private double _loss;

    /// <summary>Adds an example.</summary>
    /// <param name="actual">Its label ids; exactly one where the problem is a single-label one.</param>
    /// <param name="scores">Of each label, before softmax or sigmoid.</param>
    public void Add(ReadOnlySpan<int> actual, ReadOnlySpan<float> scores)
    {
        if (problem == ProblemType.SingleLabelClassification)
        {
            _matrix.Add(actual[0], Predicted(problem, scores)[0]);
            _loss += LogSumExp(scores) - scores[actual[0]];
            return;
        }

        double loss = 0;
        for (var label = 0; label < scores.Length; label++)
        {
            // ln(1 + e^s) − y s, in the form that does not overflow.
            loss += Math.Max(scores[label], 0) + Math.Log(1 + Math.Exp(-Math.Abs(scores[label]))) - (actual.Contains(label) ? scores[label] : 0);
        }

        _counts.Add(actual, Predicted(problem, scores, thresholds));
        _loss += loss / scores.Length;
    }

    /// <summary>The label ids that scores stand for: the highest, or with several labels those that reach their thresholds.</summary>
    /// <param name="problem">Which of the two.</param>
    /// <param name="scores">Of each label, before softmax or sigmoid.</param>
    /// <param name="thresholds">Of each label, a probability; null: more than one half.</param>
    public static int[] Predicted(ProblemType problem, ReadOnlySpan<float> scores, IReadOnlyList<double>? thresholds = null)
    {
        if (problem == ProblemType.SingleLabelClassification)
            return [TensorPrimitives.IndexOfMax(scores)];
        var predicted = new List<int>();
        for (var label = 0; label < scores.Length; label++)
        {
            // The sigmoid is above one half where the score is above zero.
            if (thresholds is null ? scores[label] > 0 : 1 / (1 + Math.Exp(-(double)scores[label])) >= thresholds[label])
                predicted.Add(label);
        }

        return [.. predicted];
    }

    /// <summary>The metrics of what was added.</summary>
    /// <exception cref="ArgumentException">Nothing was.</exception>
    public ClassificationMetrics ToMetrics() => problem == ProblemType.SingleLabelClassification
        ? ClassificationMetrics.From(_matrix, labels, _loss / _matrix.Total)
        : ClassificationMetrics.From(_counts, labels, _loss / _counts.Examples);

    private static double LogSumExp(ReadOnlySpan<float> scores)
    {
        double highest = TensorPrimitives.Max(scores), sum = 0;
        foreach (var score in scores)
            sum += Math.Exp(score - highest);
        return highest + Math.Log(sum);
    }
}
