using Pipeline.Core.Metrics;
using Pipeline.Trainer.Publishing;

namespace Pipeline.Modeling.Tests.Training;

/// <summary>What the model card says of a classifier's figures.</summary>
public sealed class EvaluationSectionTests
{
    [Fact]
    public void A_model_that_is_no_better_than_the_linear_one_is_said_so_in_bold_with_the_intervals()
    {
        var intervals = Bootstrap.Compare(Answers(i => i % 5 != 0), Answers(i => i % 5 != 0 || i % 2 == 0), seed: 1);
        var recommendation = Recommendation.Of(intervals, 200, isFromScratch: true);

        var section = EvaluationSection.Comparison(Report with { ConfidenceIntervals = intervals, Recommendation = recommendation });

        Assert.Contains("**The model does not beat the linear model", section, StringComparison.Ordinal);
        Assert.Contains("| this model | 0.8000 (0.7", section, StringComparison.Ordinal);
        Assert.Contains("| difference | -0.1000 (-0.1", section, StringComparison.Ordinal);
    }

    [Fact]
    public void Probabilities_come_with_their_temperature_or_with_the_reason_why_there_is_none()
    {
        var figures = new BeforeAndAfter(0.5, 0.4, 0.1, 0.02);

        var fitted = EvaluationSection.Probabilities(Report with { Calibration = new CalibrationMetrics(1.5, figures, figures) });
        var refused = EvaluationSection.Probabilities(Report with { Calibration = new CalibrationMetrics(1, figures, figures, "Too few texts.") });

        Assert.Contains("temperature of 1.500", fitted, StringComparison.Ordinal);
        Assert.Contains("| test | 0.5000 | 0.4000 | 0.1000 | 0.0200 |", fitted, StringComparison.Ordinal);
        Assert.Contains("They are not calibrated. Too few texts.", refused, StringComparison.Ordinal);
    }

    [Fact]
    public void Abstaining_is_told_by_what_it_does_on_the_test_split()
    {
        var abstention = new AbstentionMetrics(0.95, 0.8, new AnsweredShare(0.7, 0.95), new AnsweredShare(0.6, 0.94));

        var section = EvaluationSection.Probabilities(Report with { Abstention = abstention });

        Assert.Contains("less probable than 0.800", section, StringComparison.Ordinal);
        Assert.Contains("with an accuracy of 0.9400", section, StringComparison.Ordinal);
    }

    [Fact]
    public void The_surest_mistakes_are_listed_by_row_and_without_their_texts()
    {
        var wrong = new NotableExample(17, ["ham"], ["spam"], "spam", 0.98, "ham", 0.02, "a secret");

        var section = EvaluationSection.Mistakes(Report with { TestExamples = new ExampleMetrics([wrong], [], [new ConfusedPair("ham", "spam", 3)]) });

        Assert.Contains("| 17 | ham | spam | 0.9800 |", section, StringComparison.Ordinal);
        Assert.Contains("| ham | spam | 3 |", section, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", section, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_from_before_there_was_any_of_it_adds_nothing() =>
        Assert.Equal("", EvaluationSection.Comparison(Report) + EvaluationSection.Probabilities(Report) + EvaluationSection.Mistakes(Report));

    private static MetricsReport Report
    {
        get
        {
            var matrix = new ConfusionMatrix(2);
            matrix.Add(0, 0);
            var metrics = ClassificationMetrics.From(matrix, ["ham", "spam"]);
            return new MetricsReport(1, metrics, metrics, new Dictionary<string, ModelMetrics>(), false, []);
        }
    }

    private static Answers Answers(Func<int, bool> isRight) => new(
        [.. Enumerable.Range(0, 200).Select(i => new[] { i % 2 })],
        [.. Enumerable.Range(0, 200).Select(i => new[] { isRight(i) ? i % 2 : 1 - i % 2 })],
        2);
}
