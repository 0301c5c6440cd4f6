using System.Globalization;
using System.Text;
using Pipeline.Core;
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
        if (run.Ingest!.ProblemType == ProblemType.Regression)
            return RegressionCard.Write(run, arguments, metrics);
        var card = new StringBuilder();
        var isMultiLabel = run.Ingest.ProblemType == ProblemType.MultiLabelClassification;
        var test = (ClassificationMetrics)metrics.Test;
        var labels = test.PerClass.Select(c => $"`{c.Label}`");
        Line($"# {run.ModelName}");
        Line();
        Line(Purpose(run.Ingest!, test.PerClass.Count) + $": {string.Join(", ", labels)}.");
        Line(Origin(arguments));
        Line($"It reads the first {arguments.MaxLength} tokens of {(run.Ingest!.HasPairs ? "a pair" : "a text")}, special tokens included.");
        Line();
        Line("## Data");
        Line();
        Line($"`{run.Dataset.Blob}` ({run.Dataset.SizeBytes} bytes), split by chance with equal shares of each label:");
        Line();
        Line("| split | texts | tokens |");
        Line("| --- | --- | --- |");
        foreach (var (split, summary) in run.Ingest!.For(arguments.BaseModel).Splits)
            Line($"| {split} | {summary.Rows} | {summary.Tokens} |");
        Line();
        Line("## How good it is");
        Line();
        Line("On the test split, by which nothing was chosen but the graph that serves:");
        Line();
        var columns = Columns(isMultiLabel);
        Line($"| | {string.Join(" | ", columns.Select(c => c.Name))} |");
        Line($"| --- |{string.Concat(columns.Select(_ => " --- |"))}");
        Line(Row("this model", test));
        foreach (var (baseline, figures) in metrics.Baselines)
            Line(Row(Describe(baseline), (ClassificationMetrics)figures));
        Line();
        card.Append(EvaluationSection.Comparison(metrics));
        if (isMultiLabel)
        {
            Line(metrics.Thresholds is null
                ? "A label counts as predicted where its probability is above one half:"
                : "A label counts as predicted where its probability reaches its threshold, which was chosen on the validation split:");
            Line();
        }

        var thresholds = metrics.Thresholds;
        Line($"| {(isMultiLabel ? "label" : "class")} | precision | recall | F1 | ROC-AUC | texts |{(thresholds is null ? "" : " threshold |")}");
        Line($"| --- | --- | --- | --- | --- | --- |{(thresholds is null ? "" : " --- |")}");
        foreach (var (id, c) in test.PerClass.Index())
            Line($"| {c.Label} | {Figure(c.Precision)} | {Figure(c.Recall)} | {Figure(c.F1)} | {Figure(c.RocAuc)} | {c.Support} |{(thresholds is null ? "" : $" {Figure(thresholds[id].Threshold)} |")}");
        Line();
        card.Append(EvaluationSection.Probabilities(metrics)).Append(EvaluationSection.Mistakes(metrics));
        if (metrics.Onnx is { } onnx)
            card.Append(GraphSection.Write(onnx));

        if (metrics.Sweep is { } sweep)
            Line(SweepSection.Write(sweep));
        Line("All figures, with the confusion matrices, are in `metrics.json`; how it was trained is in `training_args.json`.");
        Line();
        Line("## What it is for");
        Line();
        Line("Texts like those it was trained on. On other kinds of text, in other languages, or when the texts change over time, the figures above do not hold.");
        Line("Texts in the data carry their authors' habits and errors, and so does the model. Have a person check decisions that matter.");
        return card.ToString();

        string Row(string name, ClassificationMetrics figures) => $"| {name} | {string.Join(" | ", columns.Select(c => Figure(c.Of(figures))))} |";

        void Line(string text = "") => card.Append(text).Append('\n');
    }

    private static string Purpose(IngestSummary ingest, int labels)
    {
        var what = ingest.HasPairs ? "a pair of texts" : "a text";
        return ingest.ProblemType == ProblemType.MultiLabelClassification
            ? $"Says which of {labels} labels {what} has, any number of them"
            : $"Sorts {what} into one of {labels} classes";
    }

    /// <summary>What the model was made of, in a sentence.</summary>
    public static string Origin(TrainingArguments arguments) => arguments switch
    {
        { BaseModel: null } => "It is a small GPT-2, trained from scratch with a vocabulary learned from the same texts.",
        { Lora: { } lora } => $"It is the model `{arguments.BaseModel}`, fine-tuned with LoRA adapters of rank {lora.R}. They are merged into its weights; by themselves they are in `adapter/`, for PEFT.",
        { FreezeLayers: > 0 } => $"It is the model `{arguments.BaseModel}`, fine-tuned above its lowest {arguments.FreezeLayers} blocks.",
        _ => $"It is the model `{arguments.BaseModel}`, fine-tuned.",
    };

    private static (string Name, Func<ClassificationMetrics, double?> Of)[] Columns(bool isMultiLabel) => isMultiLabel
        ? [("all labels right", m => m.Accuracy), ("micro F1", m => m.Micro?.F1), ("macro F1", m => m.Macro.F1), ("Hamming loss", m => m.HammingLoss)]
        : [("accuracy", m => m.Accuracy), ("macro F1", m => m.Macro.F1)];

    private static string Describe(string baseline) => baseline switch
    {
        BaselineNames.MajorityClass => "always the most frequent answer",
        BaselineNames.TfidfLinear => "TF-IDF with logistic regression",
        _ => baseline,
    };

    private static string Figure(double? value) => value?.ToString("F4", CultureInfo.InvariantCulture) ?? "";
}
