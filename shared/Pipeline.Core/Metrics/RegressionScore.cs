namespace Pipeline.Core.Metrics;

/// <summary>Takes in predictions beside their targets, one by one, and makes metrics of them. Holds both, for the ranks and to compare models by.</summary>
public sealed class RegressionScore
{
    private readonly List<double> _targets = [];
    private readonly List<double> _predictions = [];

    /// <summary>The targets, in the order in which they were added.</summary>
    public IReadOnlyList<double> Targets => _targets;

    /// <summary>The answers, in the same order.</summary>
    public IReadOnlyList<double> Predictions => _predictions;

    /// <summary>Adds an example.</summary>
    /// <param name="target">The truth.</param>
    /// <param name="prediction">The model's answer, in the same units.</param>
    public void Add(double target, double prediction)
    {
        _targets.Add(target);
        _predictions.Add(prediction);
    }

    /// <summary>How far each answer lies above its target.</summary>
    public double[] Errors() => [.. _targets.Zip(_predictions, (y, p) => p - y)];

    /// <summary>The metrics of what was added.</summary>
    /// <exception cref="ArgumentException">Nothing was.</exception>
    public RegressionMetrics ToMetrics()
    {
        if (_targets.Count == 0)
            throw new ArgumentException("There is no example to measure.");
        var errors = Errors();
        var mean = _targets.Average();
        var (squares, spread) = (errors.Sum(e => e * e), _targets.Sum(y => (y - mean) * (y - mean)));
        return new RegressionMetrics
        {
            Examples = _targets.Count,
            Mse = squares / errors.Length,
            Rmse = Math.Sqrt(squares / errors.Length),
            Mae = errors.Average(Math.Abs),
            R2 = spread > 0 ? 1 - squares / spread : squares == 0 ? 1 : 0,
            Pearson = Correlation.Pearson(_targets, _predictions),
            Spearman = Correlation.Spearman(_targets, _predictions),
        };
    }
}
