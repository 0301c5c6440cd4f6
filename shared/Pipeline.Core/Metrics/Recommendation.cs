using System.Globalization;
using System.Text.Json.Serialization;
using Pipeline.Core.Baselines;

namespace Pipeline.Core.Metrics;

/// <summary>Which of the two a run recommends: its model, or the linear baseline, which costs next to nothing to run.</summary>
/// <param name="Choice"><c>model</c> or <c>tfidf_linear</c>.</param>
/// <param name="Verdict">Whether the test split can tell the two apart.</param>
/// <param name="Reason">Both figures, how far apart they are, and what it would take.</param>
public sealed record Recommendation(string Choice, RecommendationVerdict Verdict, string Reason)
{
    /// <summary>The choice that is the trained model.</summary>
    public const string Model = "model";

    /// <summary>
    /// The model is recommended where it is better beyond the interval of the difference in macro F1. Where the two cannot be told
    /// apart, the cheaper one is.
    /// </summary>
    /// <param name="intervals">Of both on the test split.</param>
    /// <param name="examples">Examples of that split.</param>
    /// <param name="isFromScratch">Whether the model has no base model.</param>
    public static Recommendation Of(ConfidenceIntervals intervals, long examples, bool isFromScratch)
    {
        var difference = intervals.Difference.MacroF1;
        var verdict = difference.Low > 0 ? RecommendationVerdict.ModelIsBetter
            : difference.High < 0 ? RecommendationVerdict.LinearIsBetter
            : RecommendationVerdict.Indistinguishable;
        var figures = Say($"Macro F1 on the {examples} test texts is {intervals.Model.MacroF1.Value:0.0000} for this model and {intervals.TfidfLinear.MacroF1.Value:0.0000} for TF-IDF with a linear model; the difference is {difference.Value:+0.0000;-0.0000;0.0000} (95% interval {difference.Low:+0.0000;-0.0000;0.0000} to {difference.High:+0.0000;-0.0000;0.0000}, paired).");
        return verdict switch
        {
            RecommendationVerdict.ModelIsBetter => new Recommendation(Model, verdict, "The model is better than the linear model. " + figures),
            RecommendationVerdict.LinearIsBetter => new Recommendation(
                BaselineNames.TfidfLinear, verdict, $"The model does not beat the linear model, which is far cheaper: take the linear one. {figures} {Missing(intervals, examples)} {Means(isFromScratch)}"),
            _ => new Recommendation(
                BaselineNames.TfidfLinear, verdict, $"The model and the linear model cannot be told apart on this test split, and the linear one is far cheaper. {figures} {Needed(difference, examples)} {Means(isFromScratch)}"),
        };
    }

    /// <summary>The same for models that give numbers: the model is recommended where its RMSE is lower beyond the interval of the difference.</summary>
    /// <param name="intervals">Of both on the test split.</param>
    /// <param name="examples">Examples of that split.</param>
    /// <param name="isFromScratch">Whether the model has no base model.</param>
    public static Recommendation Of(RegressionIntervals intervals, long examples, bool isFromScratch)
    {
        var difference = intervals.Difference.Rmse;
        var verdict = difference.High < 0 ? RecommendationVerdict.ModelIsBetter
            : difference.Low > 0 ? RecommendationVerdict.LinearIsBetter
            : RecommendationVerdict.Indistinguishable;
        var figures = Say($"The root mean squared error on the {examples} test texts is {intervals.Model.Rmse.Value:G4} for this model and {intervals.TfidfLinear.Rmse.Value:G4} for TF-IDF with ridge regression; the difference is {difference.Value:+0.####;-0.####;0} (95% interval {difference.Low:+0.####;-0.####;0} to {difference.High:+0.####;-0.####;0}, paired).");
        return verdict switch
        {
            RecommendationVerdict.ModelIsBetter => new Recommendation(Model, verdict, "The model is better than the linear model. " + figures),
            RecommendationVerdict.LinearIsBetter => new Recommendation(
                BaselineNames.TfidfLinear, verdict, $"The model does not beat the linear model, which is far cheaper: take the linear one. {figures} {Means(isFromScratch)}"),
            _ => new Recommendation(
                BaselineNames.TfidfLinear, verdict, $"The model and the linear model cannot be told apart on this test split, and the linear one is far cheaper. {figures} {Needed(difference, examples)} {Means(isFromScratch)}"),
        };
    }

    private static string Missing(ConfidenceIntervals intervals, long examples)
    {
        var rows = Math.Round(-intervals.Difference.Accuracy.Value * examples);
        return rows >= 1 ? Say($"To draw level it would have to get {rows} more of the texts right.") : "It gets as many texts right, but does worse on the rarer labels.";
    }

    // An interval narrows with the root of the number of examples.
    private static string Needed(Interval difference, long examples)
    {
        var half = (difference.High - difference.Low) / 2;
        return Math.Abs(difference.Value) < 1e-9 || half == 0
            ? "No test split is large enough to tell equals apart."
            : Say($"If the difference is what it seems, it takes about {RoundUp(examples * Math.Pow(half / difference.Value, 2), examples)} test texts to show it.");
    }

    private static double RoundUp(double rows, long examples)
    {
        rows = Math.Max(rows, examples + 1);
        var unit = Math.Pow(10, Math.Max(0, Math.Floor(Math.Log10(rows)) - 1));
        return Math.Ceiling(rows / unit) * unit;
    }

    private static string Means(bool isFromScratch) => isFromScratch
        ? "A pretrained base model (option base_model) or more training texts are what helps most."
        : "More training texts, more epochs or a larger base model are what helps most.";

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What the test split says about the model and the linear baseline.</summary>
[JsonConverter(typeof(SnakeCaseEnum<RecommendationVerdict>))]
public enum RecommendationVerdict
{
    /// <summary>The interval of the difference is above zero.</summary>
    ModelIsBetter,

    /// <summary>It is below zero.</summary>
    LinearIsBetter,

    /// <summary>It contains zero.</summary>
    Indistinguishable,
}
