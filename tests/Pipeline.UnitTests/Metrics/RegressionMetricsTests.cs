using System.Text.Json;
using CsCheck;
using Pipeline.Core;
using Pipeline.Core.Metrics;
using Pipeline.Core.Runs;

namespace Pipeline.UnitTests.Metrics;

public sealed class RegressionMetricsTests
{
    [Fact]
    public void A_worked_example_gives_the_figures_of_scikit_learn()
    {
        // The example of sklearn.metrics.r2_score and its neighbours.
        var metrics = Measure((3, 2.5), (-0.5, 0.0), (2, 2), (7, 8));

        Assert.Equal(4, metrics.Examples);
        Assert.Equal(0.375, metrics.Mse, 12);
        Assert.Equal(0.6123724356957945, metrics.Rmse, 12);
        Assert.Equal(0.5, metrics.Mae, 12);
        Assert.Equal(0.9486081370449679, metrics.R2, 12);
        Assert.Equal(1.0, metrics.Spearman!.Value, 12);
        Assert.Equal(new HeadlineMetrics(Rmse: metrics.Rmse, Mae: 0.5, R2: metrics.R2), metrics.Headline());
    }

    [Fact]
    public void Equal_values_share_their_mean_rank()
    {
        // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: scipy.stats.spearmanr gives 0.9486832980505138.
        Assert.Equal(0.9486832980505138, Correlation.Spearman([1, 2, 2, 3], [10, 20, 30, 40])!.Value, 12);
    }

    [Fact]
    public void Always_the_mean_of_the_rows_has_an_r2_of_zero_and_no_correlation()
    {
        var metrics = Measure((1, 2), (2, 2), (3, 2));

        Assert.Equal(0, metrics.R2, 12);
        Assert.Null(metrics.Pearson);
        Assert.Null(metrics.Spearman);
    }

    [Fact]
    public void Targets_that_never_change_have_an_r2_of_one_or_zero_as_in_scikit_learn()
    {
        Assert.Equal(1, Measure((2, 2), (2, 2)).R2);
        Assert.Equal(0, Measure((2, 2), (2, 3)).R2);
    }

    [Fact]
    public void Any_unit_gives_the_same_r2_and_correlations_and_an_error_in_that_unit() =>
        // Hundredths: beside 5, a number near 1e-20 is lost in any arithmetic.
        Gen.Select(Gen.Int[-1_000, 1_000], Gen.Int[-1_000, 1_000], (a, b) => (a / 100.0, b / 100.0)).Array[3, 40].Sample(pairs =>
        {
            var (plain, scaled) = (Measure(pairs), Measure([.. pairs.Select(p => (p.Item1 * 1_000 + 5, p.Item2 * 1_000 + 5))]));

            Assert.Equal(plain.R2, scaled.R2, 6);
            Assert.Equal(plain.Rmse * 1_000, scaled.Rmse, 6);
            Assert.Equal(plain.Pearson ?? 0, scaled.Pearson ?? 0, 6);
        });

    [Fact]
    public void Without_an_example_there_is_nothing_to_measure() => Assert.Throws<ArgumentException>(() => new RegressionScore().ToMetrics());

    [Fact]
    public void Metrics_come_back_from_json_as_what_they_were()
    {
        var matrix = new ConfusionMatrix(2);
        matrix.Add(0, 0);
        var classes = ClassificationMetrics.From(matrix, ["a", "b"], 0.5);
        var numbers = Measure((3, 2.5), (1, 2));
        var report = new MetricsReport(1, numbers, numbers, new Dictionary<string, ModelMetrics> { ["mean_target"] = numbers }, false, []);

        var json = JsonSerializer.Serialize(report, PipelineJson.Indented);
        var read = JsonSerializer.Deserialize<MetricsReport>(json, PipelineJson.Indented)!;

        Assert.Equal(numbers, Assert.IsType<RegressionMetrics>(read.Test));
        Assert.IsType<RegressionMetrics>(read.Baselines["mean_target"]);
        Assert.DoesNotContain("macro", json);
        var again = JsonSerializer.Deserialize<ModelMetrics>(JsonSerializer.Serialize<ModelMetrics>(classes, PipelineJson.Compact), PipelineJson.Compact);
        Assert.Equal(0.5, Assert.IsType<ClassificationMetrics>(again).LogLoss);
    }

    private static RegressionMetrics Measure(params (double Target, double Prediction)[] pairs)
    {
        var score = new RegressionScore();
        foreach (var (target, prediction) in pairs)
            score.Add(target, prediction);
        return score.ToMetrics();
    }
}
