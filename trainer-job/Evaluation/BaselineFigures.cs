using Pipeline.Core.Metrics;

namespace Pipeline.Trainer.Evaluation;

/// <summary>The baselines on the test split.</summary>
/// <param name="Metrics">Their figures by name.</param>
/// <param name="Linear">What the linear one said of each example; null for numbers.</param>
/// <param name="LinearNumbers">The same for numbers; null for labels.</param>
internal sealed record BaselineFigures(IReadOnlyDictionary<string, ModelMetrics> Metrics, Predictions? Linear, RegressionScore? LinearNumbers = null);
