using System.Numerics.Tensors;
using Pipeline.Core;
using Pipeline.Core.Metrics;

namespace Pipeline.Trainer.Publishing;

/// <summary>Takes in the logits of a graph beside those of the model that it was made of, text by text.</summary>
/// <param name="labels">Label names by id.</param>
/// <param name="problem">Whether a text has one label or any number.</param>
internal sealed class GraphComparison(IReadOnlyList<string> labels, ProblemType problem)
{
    private readonly ClassificationScore _score = new(labels, problem);
    private double _largestDifference;
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
        if (!HasSameLabels(expected, given))
            _disagreements++;
        for (var label = 0; label < labels.Count; label++)
        {
            double difference = Math.Abs(expected[label] - given[label]);
            // A logit that is not a number differs from every other, and no comparison with it would say so.
            _largestDifference = Math.Max(_largestDifference, double.IsNaN(difference) ? double.PositiveInfinity : difference);
        }
    }

    /// <summary>The figures of what was added.</summary>
    /// <exception cref="ArgumentException">Nothing was.</exception>
    public OnnxGraphMetrics ToMetrics()
    {
        var metrics = _score.ToMetrics();
        return new OnnxGraphMetrics(_largestDifference, (double)_disagreements / _texts, metrics.Accuracy, metrics.Macro.F1);
    }

    private bool HasSameLabels(ReadOnlySpan<float> expected, ReadOnlySpan<float> given)
    {
        if (problem == ProblemType.SingleLabelClassification)
            return TensorPrimitives.IndexOfMax(expected) == TensorPrimitives.IndexOfMax(given);
        for (var label = 0; label < expected.Length; label++)
        {
            // A label is given where its logit is above zero.
            if (expected[label] > 0 != given[label] > 0)
                return false;
        }

        return true;
    }
}
