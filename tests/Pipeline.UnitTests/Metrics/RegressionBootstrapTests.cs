using Pipeline.Core.Metrics;

namespace Pipeline.UnitTests.Metrics;

public sealed class RegressionBootstrapTests
{
    [Fact]
    public void The_interval_of_the_mean_error_is_that_of_a_mean()
    {
        // Errors of 1 and 3 in turn: mean 2, standard deviation 1, so the normal approximation gives 2 ± 1.96 / √400 = ± 0.098.
        var model = RegressionBootstrap.Compare(Of(400, i => i % 2 == 0 ? 1 : -3), Of(400, _ => 0), seed: 1).Model;

        Assert.Equal((2, Math.Sqrt(5)), (model.Mae.Value, model.Rmse.Value));
        Assert.InRange(model.Mae.Low, 1.88, 1.93);
        Assert.InRange(model.Mae.High, 2.07, 2.12);
    }

    [Fact]
    public void The_difference_is_taken_on_the_same_draws()
    {
        // Off by the same, but for a hundredth everywhere: however they are drawn, that is the difference.
        var difference = RegressionBootstrap.Compare(Of(100, i => i), Of(100, i => i + 0.01), seed: 1).Difference.Mae;

        Assert.Equal([-0.01, -0.01, -0.01], new[] { difference.Value, difference.Low, difference.High }.Select(d => Math.Round(d, 9)));
    }

    [Fact]
    public void The_figures_of_the_whole_are_those_of_the_metrics()
    {
        var score = Of(30, i => i % 7 - 3);

        var model = RegressionBootstrap.Compare(score, score, 1).Model;

        Assert.Equal((score.ToMetrics().Rmse, score.ToMetrics().Mae), (model.Rmse.Value, model.Mae.Value));
    }

    [Fact]
    public void Answers_to_other_examples_are_refused() =>
        Assert.Throws<ArgumentException>(() => RegressionBootstrap.Compare(Of(3, _ => 0), Of(4, _ => 0), 1));

    [Fact]
    public void The_worst_examples_come_first_with_their_rows()
    {
        var worst = WorstExample.Find(Of(4, i => i switch { 1 => -5, 3 => 2, _ => 0 }), [10, 20, 30, 40], i => $"text {i}");

        Assert.Equal([new WorstExample(20, 1, -4, "text 1"), new WorstExample(40, 3, 5, "text 3")], worst);
    }

    [Fact]
    public void A_model_is_recommended_only_where_its_error_is_lower_beyond_the_interval()
    {
        var better = Recommendation.Of(RegressionBootstrap.Compare(Of(200, _ => 1), Of(200, _ => 2), 1), 200, isFromScratch: true);
        var worse = Recommendation.Of(RegressionBootstrap.Compare(Of(200, _ => 2), Of(200, _ => 1), 1), 200, isFromScratch: true);
        var alike = Recommendation.Of(RegressionBootstrap.Compare(Of(200, i => i % 3), Of(200, i => (i + 1) % 3), 1), 200, isFromScratch: true);

        Assert.Equal(("model", RecommendationVerdict.ModelIsBetter), (better.Choice, better.Verdict));
        Assert.Equal(("tfidf_linear", RecommendationVerdict.LinearIsBetter), (worse.Choice, worse.Verdict));
        Assert.Contains("is 2 for this model and 1 for TF-IDF with ridge regression; the difference is +1 (95% interval +1 to +1", worse.Reason, StringComparison.Ordinal);
        Assert.Equal(("tfidf_linear", RecommendationVerdict.Indistinguishable), (alike.Choice, alike.Verdict));
    }

    // Targets 0, 1, 2, …, each answered with the given error.
    private static RegressionScore Of(int count, Func<int, double> error)
    {
        var score = new RegressionScore();
        for (var i = 0; i < count; i++)
            score.Add(i, i + error(i));
        return score;
    }
}
