using System.Globalization;
using System.Text;
using Pipeline.Core.Baselines;
using Pipeline.Core.Metrics;
using Pipeline.Core.Runs;
using Pipeline.Trainer.Training;

namespace Pipeline.Trainer.Publishing;

/// <summary>The version's <c>README.md</c>: what the model is, what it was made of, how good it is and what it is for.</summary>
internal static class ModelCard
{
    public static string Write(RunRecord run, TrainingArguments arguments, MetricsReport metrics)
    {
        var card = new StringBuilder();
        var labels = metrics.Test.PerClass.Select(c => $"`{c.Label}`");
        Line($"# {run.ModelName}");
        Line();
        Line($"Sorts a text into one of {metrics.Test.PerClass.Count} classes: {string.Join(", ", labels)}.");
        Line(arguments.BaseModel is { } name
            ? $"It is the GPT-2 model `{name}`, fine-tuned."
            : "It is a small GPT-2, trained from scratch with a vocabulary learned from the same texts.");
        Line($"It reads the first {arguments.MaxLength} tokens of a text.");
        Line();
        Line("## Data");
        Line();
        Line($"`{run.Dataset.Blob}` ({run.Dataset.SizeBytes} bytes), split by chance with equal shares of each class:");
        Line();
        Line("| split | texts | tokens |");
        Line("| --- | --- | --- |");
        foreach (var (split, summary) in run.Ingest!.Splits)
            Line($"| {split} | {summary.Rows} | {summary.Tokens} |");
        Line();
        Line("## How good it is");
        Line();
        Line("On the test split, by which nothing was chosen:");
        Line();
        Line("| | accuracy | macro F1 |");
        Line("| --- | --- | --- |");
        Line($"| this model | {Figure(metrics.Test.Accuracy)} | {Figure(metrics.Test.Macro.F1)} |");
        foreach (var (baseline, figures) in metrics.Baselines)
            Line($"| {Describe(baseline)} | {Figure(figures.Accuracy)} | {Figure(figures.Macro.F1)} |");
        Line();
        if (metrics.LinearBaselineIsBetter)
        {
            Line("**The linear baseline is better than this model on the test split.** It is also far cheaper to run: consider it instead, or give more data.");
            Line();
        }

        Line("| class | precision | recall | F1 | texts |");
        Line("| --- | --- | --- | --- | --- |");
        foreach (var c in metrics.Test.PerClass)
            Line($"| {c.Label} | {Figure(c.Precision)} | {Figure(c.Recall)} | {Figure(c.F1)} | {c.Support} |");
        Line();
        Line("All figures, with the confusion matrix, are in `metrics.json`; how it was trained is in `training_args.json`.");
        Line();
        Line("## What it is for");
        Line();
        Line("Texts like those it was trained on. On other kinds of text, in other languages, or when the texts change over time, the figures above do not hold.");
        Line("Texts in the data carry their authors' habits and errors, and so does the model. Have a person check decisions that matter.");
        return card.ToString();

        void Line(string text = "") => card.Append(text).Append('\n');
    }

    private static string Describe(string baseline) => baseline switch
    {
        BaselineNames.MajorityClass => "always the most frequent class",
        BaselineNames.TfidfLinear => "TF-IDF with logistic regression",
        _ => baseline,
    };

    private static string Figure(double value) => value.ToString("F4", CultureInfo.InvariantCulture);
}
