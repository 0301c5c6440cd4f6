using Pipeline.Core.Metrics;
using Pipeline.Core.Schemas;
using static Pipeline.Core.Runs.OptionConflicts;

namespace Pipeline.Core.Runs;

/// <summary>Options of evaluating, saving and logging that mean nothing together.</summary>
internal static class EvaluationConflicts
{
    private const string No = "no", Steps = "steps";

    public static IEnumerable<OptionProblem> Find(RunOptions options)
    {
        foreach (var (kind, isSet, strategy) in Intervals(options))
        {
            if (isSet && strategy != Steps)
                yield return Problem($"{kind}_steps", $"'{kind}_steps' needs '{kind}_strategy' steps; it is {strategy}.");
        }

        if (options.EvalStrategy == No)
        {
            foreach (var (name, isSet) in AboutTheBest(options))
            {
                if (isSet)
                    yield return Problem(name, $"'{name}' does not go with 'eval_strategy' no: without evaluations none is the best.");
            }
        }

        if (options is { EarlyStoppingThreshold: > 0, EarlyStoppingPatience: null })
            yield return Problem("early_stopping_threshold", "'early_stopping_threshold' needs 'early_stopping_patience'.");
        if (options.GreaterIsBetter is not null && options.MetricForBestModel is null)
            yield return Problem("greater_is_better", "'greater_is_better' needs 'metric_for_best_model'.");
        if (options.MetricForBestModel is not { } metric)
            yield break;
        string[] names = [.. MetricFigures.Names(typeof(ClassificationMetrics)), .. MetricFigures.Names(typeof(RegressionMetrics))];
        if (!names.Contains(BestMetric.Of(metric).Name))
        {
            var near = NearestName.Of(metric, names);
            yield return Problem(
                "metric_for_best_model",
                $"'metric_for_best_model' is \"{metric}\", which is no figure of an evaluation.{(near.Count > 0 ? $" Did you mean {string.Join(" or ", near)}?" : "")} There are {string.Join(", ", names)}.");
        }
    }

    private static IEnumerable<(string Kind, bool IsSet, string Strategy)> Intervals(RunOptions options) =>
    [
        ("eval", options.EvalSteps is not null, options.EvalStrategy),
        ("save", options.SaveSteps is not null, options.SaveStrategy),
        ("logging", options.LoggingSteps is not null, options.LoggingStrategy),
    ];

    private static IEnumerable<(string Name, bool IsSet)> AboutTheBest(RunOptions options) =>
    [
        ("metric_for_best_model", options.MetricForBestModel is not null),
        ("load_best_model_at_end", options.LoadBestModelAtEnd == true),
        ("early_stopping_patience", options.EarlyStoppingPatience is not null),
    ];
}
