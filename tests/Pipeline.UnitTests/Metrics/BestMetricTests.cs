using Pipeline.Core;
using Pipeline.Core.Metrics;

namespace Pipeline.UnitTests.Metrics;

public sealed class BestMetricTests
{
    [Theory]
    [InlineData("accuracy", "accuracy", true)]
    [InlineData("eval_accuracy", "accuracy", true)]
    [InlineData("loss", "log_loss", false)]
    [InlineData("eval_loss", "log_loss", false)]
    [InlineData("hamming_loss", "hamming_loss", false)]
    [InlineData("expected_calibration_error", "expected_calibration_error", false)]
    [InlineData("rmse", "rmse", false)]
    [InlineData("r2", "r2", true)]
    public void The_name_says_which_way_it_goes(string written, string name, bool greaterIsBetter) =>
        Assert.Equal(new BestMetric(name, greaterIsBetter), BestMetric.Of(written));

    [Fact]
    public void The_user_may_say_which_way_it_goes() => Assert.False(BestMetric.Of("accuracy", greaterIsBetter: false).GreaterIsBetter);

    [Fact]
    public void Where_none_is_named_it_is_macro_f1() =>
        Assert.Equal(new BestMetric("macro_f1", true), BestMetric.DefaultOf(ProblemType.MultiLabelClassification));

    [Fact]
    public void Every_figure_has_a_name_and_counts_have_none()
    {
        var names = MetricFigures.Names(typeof(ClassificationMetrics)).ToHashSet();

        Assert.Subset(names, ScalarFigures.Of(Metrics(3)).Keys.Except(["examples"]).ToHashSet());
        Assert.Contains("hamming_loss", names);
        Assert.DoesNotContain("examples", names);
        Assert.Contains("rmse", MetricFigures.Names(typeof(RegressionMetrics)));
    }

    [Fact]
    public void A_figure_that_the_metrics_do_not_have_is_named_with_those_they_have()
    {
        var error = Assert.Throws<ArgumentException>(() => BestMetric.Of("hamming_loss").ValueOf(Metrics(3)));

        Assert.Contains("'hamming_loss'", error.Message, StringComparison.Ordinal);
        Assert.Contains("macro_f1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Less_of_a_loss_is_better_and_shares_are_compared_by_the_example()
    {
        Assert.True(BestMetric.Of("loss").IsBetter(Metrics(1, loss: 0.4), Metrics(4, loss: 0.5)));
        Assert.False(BestMetric.Of("loss").IsBetter(Metrics(4, loss: 0.5), Metrics(1, loss: 0.4)));
        Assert.True(BestMetric.Of("accuracy").IsBetter(Metrics(3), Metrics(2)));
        Assert.True(BestMetric.Of("accuracy").IsBetter(Metrics(3, loss: 0.4), Metrics(3, loss: 0.5)));
    }

    private static ClassificationMetrics Metrics(int right, double loss = 0.5)
    {
        var matrix = new ConfusionMatrix(2);
        for (var i = 0; i < 4; i++)
            matrix.Add(i % 2, i < right ? i % 2 : 1 - i % 2);
        return ClassificationMetrics.From(matrix, ["a", "b"], loss);
    }
}
