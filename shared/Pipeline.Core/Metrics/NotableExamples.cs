namespace Pipeline.Core.Metrics;

/// <summary>The examples that say most about a model's mistakes, and perhaps about the labels'.</summary>
public static class NotableExamples
{
    /// <summary>How many of each kind are listed.</summary>
    public const int Listed = 20;

    /// <summary>Finds them.</summary>
    /// <param name="predictions">Of all examples of a split.</param>
    /// <param name="rows">The number of each example's row in the dataset.</param>
    /// <param name="thresholds">With several labels, the least probability at which each is given; null: more than one half.</param>
    /// <param name="text">The text of an example; null where texts are not to be shown.</param>
    public static ExampleMetrics Find(Predictions predictions, IReadOnlyList<long> rows, IReadOnlyList<double>? thresholds, Func<int, string>? text)
    {
        var wrong = new List<(int Example, Doubt Doubt)>();
        var confused = new List<(int Example, Doubt Doubt)>();
        var pairs = new Dictionary<(int Label, int Given), long>();
        var row = new double[predictions.Labels.Count];
        for (var example = 0; example < predictions.Count; example++)
        {
            predictions.Probabilities(example, row);
            var (actual, given) = (predictions.Actual(example), predictions.Predicted(example, thresholds));
            foreach (var pair in actual.Except(given).SelectMany(a => given.Except(actual).Select(g => (a, g))))
                pairs[pair] = pairs.GetValueOrDefault(pair) + 1;
            var (mistake, closest) = predictions.IsMultiLabel ? SeveralLabels(row, actual, given, thresholds) : OneLabel(row, actual[0], given[0]);
            if (mistake is { } found)
                wrong.Add((example, found));
            confused.Add((example, closest));
        }

        return new ExampleMetrics(
            [.. wrong.OrderByDescending(e => e.Doubt.Strength).Take(Listed).Select(Describe)],
            [.. confused.OrderBy(e => e.Doubt.Strength).Take(Listed).Select(Describe)],
            [.. pairs.OrderByDescending(p => p.Value).ThenBy(p => p.Key).Take(Listed).Select(p => new ConfusedPair(predictions.Labels[p.Key.Label], predictions.Labels[p.Key.Given], p.Value))]);

        NotableExample Describe((int Example, Doubt Doubt) e) => new(
            rows[e.Example],
            Names(predictions.Actual(e.Example)),
            Names(predictions.Predicted(e.Example, thresholds)),
            predictions.Labels[e.Doubt.Label],
            e.Doubt.Probability,
            e.Doubt.RunnerUp is { } second ? predictions.Labels[second] : null,
            e.Doubt.RunnerUpProbability,
            text?.Invoke(e.Example));

        string[] Names(int[] ids) => [.. ids.Select(id => predictions.Labels[id])];
    }

    // Wrong by the probability of the answer; confused by its distance from the second.
    private static (Doubt? Wrong, Doubt Closest) OneLabel(double[] row, int actual, int given)
    {
        var second = row.Length == 1 ? given : Enumerable.Range(0, row.Length).Where(k => k != given).MaxBy(k => row[k]);
        return (
            actual == given ? null : new Doubt(row[given], given, row[given], actual, row[actual]),
            new Doubt(row[given] - row[second], given, row[given], second, row[second]));
    }

    // Each label is a question of its own: an example is as wrong as its worst answer, as confused as its closest.
    private static (Doubt? Wrong, Doubt Closest) SeveralLabels(double[] row, int[] actual, int[] given, IReadOnlyList<double>? thresholds)
    {
        var doubts = row.Select((p, label) => new Doubt(Math.Abs(p - (thresholds?[label] ?? LabelThresholds.Default)), label, p, null, null)).ToList();
        return (doubts.Where(d => actual.Contains(d.Label) != given.Contains(d.Label)).MaxBy(d => d.Strength), doubts.MinBy(d => d.Strength)!);
    }

    private sealed record Doubt(double Strength, int Label, double Probability, int? RunnerUp, double? RunnerUpProbability);
}

/// <summary>Where to look for mistakes, the model's and the dataset's.</summary>
/// <param name="MostWrong">Examples that it is surest of and wrong about.</param>
/// <param name="MostConfused">Examples that it can hardly decide on, right or wrong.</param>
/// <param name="ConfusedPairs">Labels that it takes for others, the most frequent first.</param>
public sealed record ExampleMetrics(IReadOnlyList<NotableExample> MostWrong, IReadOnlyList<NotableExample> MostConfused, IReadOnlyList<ConfusedPair> ConfusedPairs);

/// <summary>An example to look at.</summary>
/// <param name="Row">The number of its row in the dataset, from 1.</param>
/// <param name="Labels">The labels that it has.</param>
/// <param name="Predicted">The labels that it is given.</param>
/// <param name="Label">The label in question: the one predicted, or with several labels an example the one that the answer is wrong or unsure about.</param>
/// <param name="Probability">Its probability.</param>
/// <param name="Other">The true label, or where it is about the closest answer the second; null with several labels an example.</param>
/// <param name="OtherProbability">Its probability.</param>
/// <param name="Text">The text as the model's tokens have it; only with the option <c>include_texts_in_metrics</c>.</param>
public sealed record NotableExample(
    long Row,
    IReadOnlyList<string> Labels,
    IReadOnlyList<string> Predicted,
    string Label,
    double Probability,
    string? Other,
    double? OtherProbability,
    string? Text);

/// <summary>A label that is taken for another.</summary>
/// <param name="Label">The label that examples have and are not given.</param>
/// <param name="Predicted">The label that they are given and do not have.</param>
/// <param name="Count">How many.</param>
public sealed record ConfusedPair(string Label, string Predicted, long Count);
