namespace Pipeline.Core.Metrics;

/// <summary>How sure the figures on the test split are, by <see cref="Bootstrap"/>.</summary>
/// <param name="Level">The share of resamples within an interval.</param>
/// <param name="Resamples">How often the test examples were drawn.</param>
/// <param name="Model">The model.</param>
/// <param name="TfidfLinear">The linear baseline.</param>
/// <param name="Difference">The model's figure less the baseline's, on the same draws.</param>
public sealed record ConfidenceIntervals(double Level, int Resamples, ScoreIntervals Model, ScoreIntervals TfidfLinear, ScoreIntervals Difference);

/// <summary>The figures that have an interval.</summary>
/// <param name="Accuracy">Accuracy; with several labels a text, subset accuracy.</param>
/// <param name="MacroF1">Macro F1.</param>
public sealed record ScoreIntervals(Interval Accuracy, Interval MacroF1);

/// <summary>A figure and the interval around it.</summary>
/// <param name="Value">On all examples.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public sealed record Interval(double Value, double Low, double High);
