using Pipeline.Core.Metrics;

namespace Pipeline.Trainer.Publishing;

/// <summary>Takes in the numbers that a graph gives beside those of the model that it was made of, text by text.</summary>
internal sealed class NumberComparison
{
    private readonly RegressionScore _score = new();
    private double _largestDifference;

    /// <summary>Adds a text.</summary>
    /// <param name="target">The truth.</param>
    /// <param name="expected">The model's answer.</param>
    /// <param name="given">The graph's.</param>
    public void Add(float target, float expected, float given)
    {
        _score.Add(target, given);
        double difference = Math.Abs(expected - given);
        // What is no number differs from every other, and no comparison with it would say so.
        _largestDifference = Math.Max(_largestDifference, double.IsNaN(difference) ? double.PositiveInfinity : difference);
    }

    /// <summary>The figures of what was added.</summary>
    /// <exception cref="ArgumentException">Nothing was.</exception>
    public OnnxGraphMetrics ToMetrics() => new(_largestDifference, Rmse: _score.ToMetrics().Rmse);
}
