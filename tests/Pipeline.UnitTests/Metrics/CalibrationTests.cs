using Pipeline.Core;
using Pipeline.Core.Metrics;

namespace Pipeline.UnitTests.Metrics;

public sealed class CalibrationTests
{
    private const ProblemType Single = ProblemType.SingleLabelClassification, Multi = ProblemType.MultiLabelClassification;

    [Fact]
    public void The_expected_error_is_the_distance_of_confidence_and_accuracy_bin_by_bin()
    {
        // Bin (0.73, 0.8]: confidences 0.75 and 0.79, one of two right. Bin (0.93, 1]: 0.95, right. Bin (0.53, 0.6]: 0.58, wrong.
        var predictions = PredictionsTests.Of(Single, ([0], Logs(0.75)), ([1], Logs(0.79)), ([0], Logs(0.95)), ([1], Logs(0.58)));

        Assert.Equal((Math.Abs(0.77 - 0.5) * 2 + Math.Abs(0.95 - 1) + 0.58) / 4, Calibration.ExpectedError(predictions), 6);
    }

    [Fact]
    public void With_several_labels_every_decision_counts()
    {
        // Probabilities of one half twice, one of them right to have the label.
        var predictions = PredictionsTests.Of(Multi, ([0], [0f, 0f]));

        Assert.Equal(0, Calibration.ExpectedError(predictions), 12);
        Assert.Equal(0.25, Calibration.BrierScore(predictions), 12);
    }

    [Fact]
    public void The_brier_score_is_scikit_learns()
    {
        // brier_score_loss([0, 1, 1, 0], [0.1, 0.9, 0.8, 0.3]) = 0.0375
        Assert.Equal(0.0375, Calibration.BrierScore(PredictionsTests.Of(Single, ([0], Logs(0.9)), ([1], Logs(0.1)), ([1], Logs(0.2)), ([0], Logs(0.7)))), 6);

        // Three classes: (0.5² + 0.3² + 0.2²) for the one example, not halved.
        Assert.Equal(0.38, Calibration.BrierScore(PredictionsTests.Of(Single, ([0], [MathF.Log(0.5f), MathF.Log(0.3f), MathF.Log(0.2f)]))), 6);
    }

    [Theory]
    [InlineData(Single, 2.5)]
    [InlineData(Single, 0.6)]
    [InlineData(Multi, 2.5)]
    public void The_temperature_that_scores_were_multiplied_by_is_found_again(ProblemType problem, double temperature)
    {
        // Labels drawn from the probabilities themselves: scores times T have the temperature T.
        var random = new Random(7);
        var predictions = PredictionsTests.Of(problem, [.. Enumerable.Range(0, 20_000).Select(_ =>
        {
            float[] scores = [.. Enumerable.Range(0, 3).Select(_ => (float)(4 * random.NextDouble() - 2))];
            return (Draw(problem, scores, random), Array.ConvertAll(scores, s => (float)(s * temperature)));
        })]);

        var (fitted, refused) = TemperatureScaling.Fit(predictions);

        Assert.Null(refused);
        Assert.InRange(fitted!.Value / temperature, 0.95, 1.05);
        Assert.True(Calibration.ExpectedError(predictions.At(fitted.Value)) < Calibration.ExpectedError(predictions));
    }

    [Fact]
    public void No_other_temperature_has_a_lower_log_loss_and_no_answer_changes()
    {
        var random = new Random(3);
        var predictions = PredictionsTests.Of(Single, [.. Enumerable.Range(0, 200).Select(_ =>
        {
            // The highest score is right in six of ten.
            float[] scores = [.. Enumerable.Range(0, 3).Select(_ => random.NextSingle() * 6)];
            return (new[] { random.NextDouble() < 0.6 ? Array.IndexOf(scores, scores.Max()) : random.Next(3) }, scores);
        })]);

        var best = TemperatureScaling.Fit(predictions).Temperature!.Value;

        var loss = predictions.At(best).ToMetrics().LogLoss!.Value;
        Assert.All([0.9, 0.99, 1.01, 1.1], factor => Assert.True(predictions.At(best * factor).ToMetrics().LogLoss > loss));
        Assert.Equal(predictions.ToMetrics().Accuracy, predictions.At(best).ToMetrics().Accuracy);
    }

    [Fact]
    public void Too_few_examples_or_none_that_is_wrong_give_no_temperature_and_a_reason()
    {
        var right = (new[] { 0 }, new[] { 3f, 0f });

        var (few, tooFew) = TemperatureScaling.Fit(PredictionsTests.Of(Single, [.. Enumerable.Repeat(right, 49)]));
        var (none, noMistake) = TemperatureScaling.Fit(PredictionsTests.Of(Single, [.. Enumerable.Repeat(right, 200)]));
        var (_, noSense) = TemperatureScaling.Fit(PredictionsTests.Of(Single, [.. Enumerable.Range(0, 200).Select(i => (new[] { i % 2 }, new[] { 3f, 0f }))]));

        var (nothing, noNumber) = TemperatureScaling.Fit(PredictionsTests.Of(Single, [.. Enumerable.Repeat((new[] { 0 }, new[] { float.NaN, 0f }), 200)]));

        Assert.Equal((null, null, null), (few, none, nothing));
        Assert.Contains("not numbers", noNumber, StringComparison.Ordinal);
        Assert.Contains("too few", tooFew, StringComparison.Ordinal);
        Assert.Contains("hardly a mistake", noMistake, StringComparison.Ordinal);
        Assert.Contains("next to nothing", noSense, StringComparison.Ordinal);
    }

    private static int[] Draw(ProblemType problem, float[] scores, Random random)
    {
        if (problem == Multi)
            return [.. Enumerable.Range(0, scores.Length).Where(k => random.NextDouble() < 1 / (1 + Math.Exp(-scores[k])))];
        var at = random.NextDouble() * scores.Sum(s => Math.Exp(s));
        var label = 0;
        while (label < scores.Length - 1 && (at -= Math.Exp(scores[label])) > 0)
            label++;
        return [label];
    }

    // Of two classes, the first with this probability.
    private static float[] Logs(double first) => [(float)Math.Log(first), (float)Math.Log(1 - first)];
}
