using System.Globalization;
using System.Text;
using Pipeline.Core.Baselines;
using Pipeline.Core.Metrics;
using Pipeline.Core.Runs;
using Pipeline.Trainer.Training;

namespace Pipeline.Trainer.Publishing;

/// <summary>The <c>README.md</c> of a version that gives a number: the same as <see cref="ModelCard"/> says of a classifier, in a regression's figures.</summary>
internal static class RegressionCard
{
    public static string Write(RunRecord run, TrainingArguments arguments, MetricsReport metrics)
    {
        var card = new StringBuilder();
        var what = run.Ingest!.HasPairs ? "a pair of texts" : "a text";
        Line($"# {run.ModelName}");
        Line();
        Line($"Gives {what} a number (regression). It answers in the units of the data; nothing has to be scaled back.");
        Line(ModelCard.Origin(arguments));
        Line($"It reads the first {arguments.MaxLength} tokens of {(run.Ingest.HasPairs ? "a pair" : "a text")}, special tokens included.");
        Line();
        Line("## Data");
        Line();
        Line($"`{run.Dataset.Blob}` ({run.Dataset.SizeBytes} bytes), split by chance:");
        Line();
        Line("| split | texts | tokens |");
        Line("| --- | --- | --- |");
        foreach (var (split, summary) in run.Ingest.Splits)
            Line($"| {split} | {summary.Rows} | {summary.Tokens} |");
        Line();
        Line("## How good it is");
        Line();
        Line("On the test split, by which nothing was chosen but the graph that serves. RMSE and MAE are in the units of the data, and lower is better; R² is 1 for a perfect model and 0 for one that always answers the mean:");
        Line();
        Line("| | RMSE | MAE | R² | Pearson | Spearman |");
        Line("| --- | --- | --- | --- | --- | --- |");
        Line(Row("this model", metrics.Test));
        foreach (var (baseline, figures) in metrics.Baselines)
            Line(Row(Describe(baseline), figures));
        Line();
        if (metrics is { Recommendation: { } recommendation, RegressionIntervals: { } intervals })
        {
            Line(recommendation.Choice == BaselineNames.TfidfLinear ? $"**{recommendation.Reason}**" : recommendation.Reason);
            Line();
            Line("| 95% intervals | RMSE | MAE |");
            Line("| --- | --- | --- |");
            Line(Row("this model", intervals.Model));
            Line(Row("TF-IDF with ridge regression", intervals.TfidfLinear));
            Line(Row("difference", intervals.Difference));
            Line();
            Line($"They come from drawing the test texts {intervals.Resamples} times with replacement; another training of the model would differ too.");
            Line();
        }
        else if (metrics.LinearBaselineIsBetter)
        {
            Line("**The linear baseline is better than this model on the test split.** It is also far cheaper to run: consider it instead, or give more data.");
            Line();
        }

        if (metrics.WorstExamples is { Count: > 0 } worst)
        {
            Line("Test rows that it is farthest from; some numbers of the dataset may be wrong themselves:");
            Line();
            Line("| row | number | answer |");
            Line("| --- | --- | --- |");
            foreach (var example in worst.Take(EvaluationSection.Listed))
                Line($"| {example.Row} | {Figure(example.Target)} | {Figure(example.Predicted)} |");
            Line();
        }

        if (metrics.Onnx is { } onnx)
            card.Append(GraphSection.Write(onnx));

        if (metrics.Sweep is { } sweep)
            Line(SweepSection.Write(sweep));
        Line("All figures are in `metrics.json`; how it was trained is in `training_args.json`.");
        Line();
        Line("## What it is for");
        Line();
        Line("Texts like those it was trained on. On other kinds of text, in other languages, or when the texts change over time, the figures above do not hold; far outside the range of the training numbers it is not to be trusted.");
        Line("Texts in the data carry their authors' habits and errors, and so does the model. Have a person check decisions that matter.");
        return card.ToString();

        void Line(string text = "") => card.Append(text).Append('\n');
    }

    private static string Row(string name, ModelMetrics metrics)
    {
        var figures = (RegressionMetrics)metrics;
        return $"| {name} | {string.Join(" | ", new[] { figures.Rmse, figures.Mae, figures.R2, figures.Pearson, figures.Spearman }.Select(Figure))} |";
    }

    private static string Row(string name, ErrorIntervals errors) => $"| {name} | {Range(errors.Rmse)} | {Range(errors.Mae)} |";

    private static string Range(Interval interval) => $"{Figure(interval.Value)} ({Figure(interval.Low)} to {Figure(interval.High)})";

    private static string Describe(string baseline) => baseline switch
    {
        BaselineNames.MeanTarget => "always the mean of the training targets",
        BaselineNames.TfidfLinear => "TF-IDF with ridge regression",
        _ => baseline,
    };

    private static string Figure(double? value) => value?.ToString("G4", CultureInfo.InvariantCulture) ?? "";
}
