using Pipeline.Core.Metrics;

namespace Pipeline.UnitTests.Metrics;

public sealed class BootstrapTests
{
    [Fact]
    public void The_interval_of_accuracy_is_that_of_the_binomial_distribution()
    {
        // 400 examples, 80% right: the normal approximation gives 0.8 ± 1.96 √(0.8 · 0.2 / 400) = ± 0.039.
        var intervals = Bootstrap.Compare(Of(400, i => i % 5 != 0), Of(400, _ => true), seed: 1).Model;

        Assert.Equal(0.8, intervals.Accuracy.Value, 12);
        Assert.InRange(intervals.Accuracy.Low, 0.752, 0.77);
        Assert.InRange(intervals.Accuracy.High, 0.83, 0.848);
    }

    [Fact]
    public void The_difference_is_taken_on_the_same_draws()
    {
        // Both wrong on the same examples, but for four: unpaired, the interval would be many times as wide.
        var difference = Bootstrap.Compare(Of(400, i => i % 5 != 0), Of(400, i => i % 5 != 0 && i % 100 != 1), seed: 1).Difference;

        Assert.Equal(0.01, difference.Accuracy.Value, 12);
        Assert.InRange(difference.Accuracy.Low, 0.0, 0.005);
        Assert.InRange(difference.Accuracy.High, 0.015, 0.025);
    }

    [Fact]
    public void A_model_beside_itself_differs_by_nothing()
    {
        var answers = Of(50, i => i % 3 != 0);

        Assert.Equal(new ScoreIntervals(new Interval(0, 0, 0), new Interval(0, 0, 0)), Bootstrap.Compare(answers, answers, seed: 1).Difference);
    }

    [Fact]
    public void The_same_seed_gives_the_same_intervals()
    {
        var (model, baseline) = (Of(60, i => i % 3 != 0), Of(60, i => i % 4 != 0));

        Assert.Equal(Bootstrap.Compare(model, baseline, 5), Bootstrap.Compare(model, baseline, 5));
        Assert.NotEqual(Bootstrap.Compare(model, baseline, 5), Bootstrap.Compare(model, baseline, 6));
    }

    [Fact]
    public void The_figures_of_the_whole_are_those_of_the_metrics()
    {
        var predictions = PredictionsTests.Of(
            Core.ProblemType.MultiLabelClassification, ([0, 1], [1f, -1f, -1f]), ([1], [-1f, 1f, 1f]), ([], [-1f, -1f, -1f]));
        var metrics = predictions.ToMetrics();

        var model = Bootstrap.Compare(Answers.Of(predictions), Answers.Of(predictions), 1).Model;

        Assert.Equal((metrics.Accuracy, metrics.Macro.F1), (model.Accuracy.Value, model.MacroF1.Value));
    }

    [Fact]
    public void Quantiles_lie_between_neighbours() =>
        Assert.Equal([1, 1.75, 2.5, 4], new[] { 0, 0.25, 0.5, 1 }.Select(share => Bootstrap.Quantile([1, 2, 3, 4], share)));

    // Two labels in turn; an example that is not right has the other.
    private static Answers Of(int count, Func<int, bool> isRight) => new(
        [.. Enumerable.Range(0, count).Select(i => new[] { i % 2 })],
        [.. Enumerable.Range(0, count).Select(i => new[] { isRight(i) ? i % 2 : 1 - i % 2 })],
        2);
}
