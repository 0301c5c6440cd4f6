using Pipeline.Core.Runs;

namespace Pipeline.Core.Metrics;

/// <summary>Everything that is said about a model that gives a number, on a set of rows. All figures are in the target's own units.</summary>
public sealed record RegressionMetrics : ModelMetrics
{
    /// <summary>Mean squared error.</summary>
    public required double Mse { get; init; }

    /// <summary>Its root: about how far a prediction is off, large errors counting more.</summary>
    public required double Rmse { get; init; }

    /// <summary>Mean absolute error: how far a prediction is off on average.</summary>
    public required double Mae { get; init; }

    /// <summary>
    /// Coefficient of determination: 1 − Σ(y − ŷ)² / Σ(y − ȳ)². 1 is perfect, 0 is as good as always answering these rows' mean, and
    /// below 0 is worse. Where all targets are equal it is 1 for a perfect prediction and else 0, as in scikit-learn.
    /// </summary>
    public required double R2 { get; init; }

    /// <summary>Pearson's correlation of predictions and targets, −1 to 1; null where one of them never changes.</summary>
    public double? Pearson { get; init; }

    /// <summary>Spearman's correlation: Pearson's of the ranks, equal values sharing their mean rank. Null where one of them never changes.</summary>
    public double? Spearman { get; init; }

    /// <inheritdoc/>
    public override HeadlineMetrics Headline() => new() { Rmse = Rmse, Mae = Mae, R2 = R2 };

    /// <inheritdoc/>
    public override double Score() => R2;

    /// <inheritdoc/>
    public override double? Loss() => Mse;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double> Figures() => new Dictionary<string, double> { ["rmse"] = Rmse, ["mae"] = Mae, ["r2"] = R2 };
}
