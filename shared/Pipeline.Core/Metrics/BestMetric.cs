namespace Pipeline.Core.Metrics;

/// <summary>The figure by which the best weights are chosen, and which way it goes.</summary>
/// <param name="Name">One of <see cref="MetricFigures.Names"/>.</param>
/// <param name="GreaterIsBetter">False for losses and errors.</param>
public sealed record BestMetric(string Name, bool GreaterIsBetter)
{
    // Hugging Face's Trainer puts this before the names of the evaluation.
    private const string Prefix = "eval_";
    private const string LogLoss = "log_loss";

    private static readonly string[] Shares = ["accuracy", "precision", "recall", "f1"];
    private static readonly string[] Errors = ["loss", "error", "mse", "rmse", "mae"];

    /// <summary>What models of a problem are chosen by where the options do not say: macro F1, or R² where they give a number.</summary>
    public static BestMetric DefaultOf(ProblemType problem) =>
        Of(problem is ProblemType.SingleLabelClassification or ProblemType.MultiLabelClassification ? "macro_f1" : "r2");

    /// <summary>Takes a name as users write it: with or without <c>eval_</c>, and <c>loss</c> for the log loss.</summary>
    /// <param name="name">The name.</param>
    /// <param name="greaterIsBetter">Null: by the name.</param>
    public static BestMetric Of(string name, bool? greaterIsBetter = null)
    {
        if (name.StartsWith(Prefix, StringComparison.Ordinal))
            name = name[Prefix.Length..];
        if (name == "loss")
            name = LogLoss;
        return new BestMetric(name, greaterIsBetter ?? !EndsWith(name, Errors));
    }

    /// <summary>Whether metrics are better than the best so far; among equals the lower loss is.</summary>
    /// <param name="candidate">The new metrics.</param>
    /// <param name="best">The best so far, on the same examples.</param>
    public bool IsBetter(ModelMetrics candidate, ModelMetrics best)
    {
        var (mine, theirs) = (Comparable(candidate), Comparable(best));
        return mine != theirs ? mine > theirs : candidate.Loss() < best.Loss();
    }

    /// <summary>
    /// What evaluations, and trials of a sweep, are compared by: more is better. A share of right answers, and what is made of such
    /// shares, is counted in whole examples: the same number of mistakes, otherwise spread over the classes, says nothing about
    /// which is better. Rounded, so that the order stays one: no chain of small steps leads down.
    /// </summary>
    public double Comparable(ModelMetrics metrics)
    {
        var value = EndsWith(Name, Shares) ? Math.Round(ValueOf(metrics) * metrics.Examples) : ValueOf(metrics);
        return GreaterIsBetter ? value : -value;
    }

    /// <summary>The figure.</summary>
    /// <exception cref="ArgumentException">These metrics do not have it.</exception>
    public double ValueOf(ModelMetrics metrics)
    {
        var figures = ScalarFigures.Of(metrics);
        return figures.TryGetValue(Name, out var value)
            ? value
            : throw new ArgumentException($"There is no figure '{Name}'; there are {string.Join(", ", figures.Keys)}.", nameof(metrics));
    }

    private static bool EndsWith(string name, string[] words) => words.Any(word => name == word || name.EndsWith("_" + word, StringComparison.Ordinal));
}
