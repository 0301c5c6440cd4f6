using System.Globalization;
using Pipeline.Core.Runs;
using Spectre.Console;

namespace Pipeline.Local.Display;

/// <summary>The model's figures on the test split beside those of the baselines.</summary>
internal static class ResultTable
{
    /// <summary>Key of the baseline that always answers the most frequent label.</summary>
    public const string Majority = "majority_class";

    /// <summary>Key of the baseline that always answers the mean of the training split's numbers.</summary>
    public const string Mean = "mean_target";

    /// <summary>Key of the linear model on TF-IDF features.</summary>
    public const string Linear = "tfidf_linear";

    /// <summary>Draws it from the run's result.</summary>
    public static Table Draw(RunResult result, int testRows)
    {
        // Only a result with several labels a row has it.
        var hasMicro = result.Test.MicroF1 is not null;
        var isRegression = result.Test.R2 is not null;
        var table = new Table().Border(TableBorder.Rounded).Title(string.Create(CultureInfo.InvariantCulture, $"Test split, {testRows:N0} rows")).AddColumn("");
        foreach (var column in (string[])(isRegression ? ["RMSE", "MAE", "R²"] : hasMicro ? ["all labels right", "micro F1", "macro F1"] : ["accuracy", "macro F1"]))
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var (name, metrics) in result.Baselines.OrderBy(b => b.Value.R2 ?? b.Value.MacroF1))
            table.AddRow([Label(name, isRegression), .. Figures(metrics, hasMicro)]);
        return table.AddRow([$"[bold]this model (epoch {result.BestEpoch.ToString("0.##", CultureInfo.InvariantCulture)})[/]", .. Figures(result.Test, hasMicro).Select(figure => $"[bold]{figure}[/]")]);
    }

    private static IEnumerable<string> Figures(HeadlineMetrics metrics, bool hasMicro)
    {
        if (metrics.R2 is not null)
        {
            yield return metrics.Rmse?.ToString("G4", CultureInfo.InvariantCulture) ?? "";
            yield return metrics.Mae?.ToString("G4", CultureInfo.InvariantCulture) ?? "";
            yield return Figure(metrics.R2);
            yield break;
        }

        yield return Figure(metrics.Accuracy);
        if (hasMicro)
            yield return Figure(metrics.MicroF1);
        yield return Figure(metrics.MacroF1);
    }

    private static string Label(string name, bool isRegression) => name switch
    {
        Majority => "always the most frequent label",
        Mean => "always the mean",
        Linear => isRegression ? "TF-IDF + ridge regression" : "TF-IDF + logistic regression",
        _ => Markup.Escape(name),
    };

    private static string Figure(double? value) => value?.ToString("0.000", CultureInfo.InvariantCulture) ?? "";
}
