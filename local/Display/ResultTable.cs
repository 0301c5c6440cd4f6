using System.Globalization;
using Pipeline.Core.Runs;
using Spectre.Console;

namespace Pipeline.Local.Display;

/// <summary>The model's figures on the test split beside those of the baselines.</summary>
internal static class ResultTable
{
    /// <summary>Key of the baseline that always answers the most frequent label.</summary>
    public const string Majority = "majority_class";

    /// <summary>Key of the linear model on TF-IDF features.</summary>
    public const string Linear = "tfidf_linear";

    /// <summary>Draws it from the run's result.</summary>
    public static Table Draw(RunResult result, int testRows)
    {
        var table = new Table().Border(TableBorder.Rounded).Title(string.Create(CultureInfo.InvariantCulture, $"Test split, {testRows:N0} rows"))
            .AddColumn("").AddColumn(new TableColumn("accuracy").RightAligned()).AddColumn(new TableColumn("macro F1").RightAligned());
        foreach (var (name, metrics) in result.Baselines.OrderBy(b => b.Value.MacroF1))
            table.AddRow(Label(name), Figure(metrics.Accuracy), Figure(metrics.MacroF1));
        return table.AddRow($"[bold]this model (epoch {result.BestEpoch})[/]", $"[bold]{Figure(result.Test.Accuracy)}[/]", $"[bold]{Figure(result.Test.MacroF1)}[/]");
    }

    private static string Label(string name) => name switch
    {
        Majority => "always the most frequent label",
        Linear => "TF-IDF + logistic regression",
        _ => Markup.Escape(name),
    };

    private static string Figure(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}
