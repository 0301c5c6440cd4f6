using Pipeline.Core.Metrics;

namespace Pipeline.Core.Models;

/// <summary>How a version makes answers of probabilities, where it does not simply take the likeliest label or those above one half.</summary>
/// <param name="Thresholds">With several labels a text, the least probability at which each is given, by label id; null: one half.</param>
/// <param name="AbstainBelow">With one label a text, the model abstains where the likeliest label is less probable than this; null: never.</param>
public sealed record DecisionRule(IReadOnlyList<double>? Thresholds = null, double? AbstainBelow = null)
{
    /// <summary>The rule that was chosen for a version; null where there is none.</summary>
    public static DecisionRule? Of(MetricsReport metrics)
    {
        var abstainBelow = metrics.Abstention?.Threshold is > 0 and { } threshold ? threshold : (double?)null;
        return metrics.Thresholds is null && abstainBelow is null
            ? null
            : new DecisionRule(metrics.Thresholds is { } thresholds ? [.. thresholds.Select(t => t.Threshold)] : null, abstainBelow);
    }
}
