using System.Text.Json.Serialization;
using Pipeline.Core.Runs;

namespace Pipeline.Core.Metrics;

/// <summary>
/// What is said about a model on a set of rows, whatever it answers: <see cref="ClassificationMetrics"/> where it gives labels,
/// <see cref="RegressionMetrics"/> where it gives a number. In JSON it is the one or the other, told apart by its figures.
/// </summary>
[JsonConverter(typeof(ModelMetricsConverter))]
public abstract record ModelMetrics
{
    /// <summary>Number of examples.</summary>
    public required long Examples { get; init; }

    /// <summary>The figures that are quoted.</summary>
    public abstract HeadlineMetrics Headline();

    /// <summary>
    /// What epochs, baselines and versions are compared by on the same rows, higher is better: macro F1, or R², which puts models into
    /// the same order as their RMSE.
    /// </summary>
    public abstract double Score();

    /// <summary>What training lowers, as it is on these rows: log loss (nats), or the mean squared error in the target's units. Null for a classifier without probabilities.</summary>
    public abstract double? Loss();

    /// <summary>The figures of the whole by their names in JSON, for events.</summary>
    public abstract IReadOnlyDictionary<string, double> Figures();
}
