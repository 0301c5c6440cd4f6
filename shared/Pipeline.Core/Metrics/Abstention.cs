using System.Globalization;

namespace Pipeline.Core.Metrics;

/// <summary>Finds how sure a model has to be for its answers to be right as often as is asked for.</summary>
public static class Abstention
{
    /// <summary>An accuracy of fewer answers is chance.</summary>
    public const int FewestAnswers = 30;

    /// <summary>Finds the lowest probability of the answer from which on the answers reach an accuracy.</summary>
    /// <param name="validation">Predictions with one label an example, calibrated: the threshold is chosen by these.</param>
    /// <param name="test">Predictions that it is then measured on.</param>
    /// <param name="target">The accuracy, 0 to 1.</param>
    public static AbstentionMetrics Find(Predictions validation, Predictions test, double target)
    {
        var examples = Answers(validation);
        examples.Sort((a, b) => b.Probability.CompareTo(a.Probability));
        int right = 0, answered = 0;
        double threshold = 0;
        for (var at = 0; at < examples.Count; at++)
        {
            right += examples[at].IsRight ? 1 : 0;
            var next = at + 1 < examples.Count ? examples[at + 1].Probability : 0;
            // Between equals nothing can be cut.
            if (next.Equals(examples[at].Probability) || at + 1 < FewestAnswers || right < target * (at + 1))
                continue;
            (answered, threshold) = (at + 1, at + 1 < examples.Count ? (examples[at].Probability + next) / 2 : 0);
        }

        return answered == 0
            ? new AbstentionMetrics(target, null, null, null, Say($"No threshold reaches an accuracy of {target} on {FewestAnswers} validation texts or more; the model never abstains."))
            : new AbstentionMetrics(target, threshold, At(validation, threshold), At(test, threshold), answered < examples.Count ? null : "All validation texts together reach it; the model never abstains.");
    }

    /// <summary>What a model that abstains below a threshold answers.</summary>
    public static AnsweredShare At(Predictions predictions, double threshold)
    {
        var answered = Answers(predictions).Where(a => a.Probability >= threshold).ToList();
        return new AnsweredShare((double)answered.Count / predictions.Count, answered.Count == 0 ? null : (double)answered.Count(a => a.IsRight) / answered.Count);
    }

    private static List<(double Probability, bool IsRight)> Answers(Predictions predictions)
    {
        var answers = new List<(double Probability, bool IsRight)>(predictions.Count);
        var row = new double[predictions.Labels.Count];
        for (var example = 0; example < predictions.Count; example++)
        {
            predictions.Probabilities(example, row);
            var answer = predictions.Predicted(example)[0];
            answers.Add((row[answer], predictions.Actual(example)[0] == answer));
        }

        return answers;
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A model that keeps silent where it is not sure.</summary>
/// <param name="Target">The accuracy that its answers are to have.</param>
/// <param name="Threshold">Below this probability of its answer it abstains; null where none reaches the target.</param>
/// <param name="Validation">What it answers of the validation split, by which the threshold was chosen.</param>
/// <param name="Test">What it answers of the test split.</param>
/// <param name="Reason">Why it never abstains; null where it does.</param>
public sealed record AbstentionMetrics(double Target, double? Threshold, AnsweredShare? Validation, AnsweredShare? Test, string? Reason = null);

/// <summary>The examples that are answered.</summary>
/// <param name="Coverage">Their share, 0 to 1.</param>
/// <param name="Accuracy">The share of right answers among them; null where there is none.</param>
public sealed record AnsweredShare(double Coverage, double? Accuracy);
