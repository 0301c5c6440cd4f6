using System.Globalization;
using System.Text;
using Pipeline.Core.Baselines;
using Pipeline.Core.Metrics;

namespace Pipeline.Trainer.Publishing;

/// <summary>What the model card says of a classifier beyond its figures: how sure they are, whether it is worth its cost, what its probabilities mean, and where it errs.</summary>
internal static class EvaluationSection
{
    // The card is for reading; metrics.json has more of them.
    internal const int Listed = 5;

    /// <summary>The recommendation and the intervals, to stand under the table of figures; empty for a report that has none.</summary>
    public static string Comparison(MetricsReport metrics)
    {
        var text = new StringBuilder();
        if (metrics.Recommendation is { } recommendation)
            text.Append(recommendation.Choice == BaselineNames.TfidfLinear ? $"**{recommendation.Reason}**" : recommendation.Reason).Append("\n\n");
        if (metrics.ConfidenceIntervals is not { } intervals)
            return text.ToString();
        text.Append("| 95% intervals | accuracy | macro F1 |\n| --- | --- | --- |\n");
        Row("this model", intervals.Model);
        Row("TF-IDF with logistic regression", intervals.TfidfLinear);
        Row("difference", intervals.Difference);
        return text.Append(Say($"\nThey come from drawing the test texts {intervals.Resamples} times with replacement; another training of the model would differ too.\n\n")).ToString();

        void Row(string name, ScoreIntervals scores) => text.Append($"| {name} | {Range(scores.Accuracy)} | {Range(scores.MacroF1)} |\n");
    }

    /// <summary>What the probabilities mean and where they are cut; empty for a report without.</summary>
    public static string Probabilities(MetricsReport metrics)
    {
        var text = new StringBuilder();
        if (metrics.Calibration is { } calibration)
        {
            text.Append("### Probabilities\n\n");
            text.Append(calibration.Reason is { } reason
                ? Say($"They are not calibrated. {reason} ")
                : Say($"They are calibrated with a temperature of {calibration.Temperature:0.000}, fitted on the validation split. "));
            text.Append("Of answers with a probability of 0.9, nine of ten should be right; the expected calibration error says how far they are from that.\n\n");
            text.Append("| | log loss before | after | calibration error before | after |\n| --- | --- | --- | --- | --- |\n");
            Row("validation", calibration.Validation);
            Row("test", calibration.Test);
            text.Append('\n');
        }

        if (metrics.Abstention is { } abstention)
        {
            text.Append(abstention is { Threshold: { } threshold, Test: { } answered }
                ? Say($"It abstains where the likeliest class is less probable than {threshold:0.000}, to answer with an accuracy of {abstention.Target}. On the test split it then answers {answered.Coverage:P1} of the texts with an accuracy of {answered.Accuracy:0.0000}. {abstention.Reason}").TrimEnd()
                : abstention.Reason);
            text.Append("\n\n");
        }

        return text.ToString();

        void Row(string split, BeforeAndAfter f) => text.Append(
            $"| {split} | {Figure(f.LogLossBefore)} | {Figure(f.LogLossAfter)} | {Figure(f.ExpectedCalibrationErrorBefore)} | {Figure(f.ExpectedCalibrationErrorAfter)} |\n");
    }

    /// <summary>Where it errs; empty where it does not.</summary>
    public static string Mistakes(MetricsReport metrics)
    {
        if (metrics.TestExamples is not { MostWrong.Count: > 0 } examples)
            return "";
        var text = new StringBuilder("### Where it errs\n\n");
        if (examples.ConfusedPairs.Count > 0)
        {
            text.Append("| texts of | taken for | how many |\n| --- | --- | --- |\n");
            foreach (var pair in examples.ConfusedPairs.Take(Listed))
                text.Append($"| {pair.Label} | {pair.Predicted} | {pair.Count} |\n");
            text.Append('\n');
        }

        text.Append("Test rows that it is surest of and wrong about; some labels of the dataset may be wrong themselves:\n\n");
        text.Append("| row | label | answer | probability |\n| --- | --- | --- | --- |\n");
        foreach (var e in examples.MostWrong.Take(Listed))
            text.Append($"| {e.Row} | {Names(e.Labels)} | {Names(e.Predicted)} | {Figure(e.Probability)} |\n");
        return text.Append('\n').ToString();
    }

    private static string Names(IReadOnlyList<string> labels) => labels.Count == 0 ? "none" : string.Join(", ", labels);

    private static string Range(Interval interval) => Say($"{interval.Value:0.0000} ({interval.Low:0.0000} to {interval.High:0.0000})");

    private static string Figure(double? value) => value?.ToString("F4", CultureInfo.InvariantCulture) ?? "";

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
