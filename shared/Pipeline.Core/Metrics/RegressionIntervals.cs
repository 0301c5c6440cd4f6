namespace Pipeline.Core.Metrics;

/// <summary>How sure the figures of a model that gives numbers are, by <see cref="RegressionBootstrap"/>.</summary>
/// <param name="Level">The share of resamples within an interval.</param>
/// <param name="Resamples">How often the test examples were drawn.</param>
/// <param name="Model">The model.</param>
/// <param name="TfidfLinear">The linear baseline.</param>
/// <param name="Difference">The model's figure less the baseline's, on the same draws; below zero the model is better.</param>
public sealed record RegressionIntervals(double Level, int Resamples, ErrorIntervals Model, ErrorIntervals TfidfLinear, ErrorIntervals Difference);

/// <summary>The errors that have an interval, in the target's units.</summary>
/// <param name="Rmse">Root of the mean squared error.</param>
/// <param name="Mae">Mean absolute error.</param>
public sealed record ErrorIntervals(Interval Rmse, Interval Mae);
