using Pipeline.Core.Metrics;

namespace Pipeline.UnitTests.Metrics;

public sealed class RecommendationTests
{
    [Fact]
    public void A_model_that_is_better_beyond_the_interval_is_recommended()
    {
        var recommendation = Of(0.95, 0.90, low: 0.02, high: 0.08);

        Assert.Equal(("model", RecommendationVerdict.ModelIsBetter), (recommendation.Choice, recommendation.Verdict));
        Assert.Contains("0.9500 for this model and 0.9000", recommendation.Reason, StringComparison.Ordinal);
        Assert.Contains("+0.0500 (95% interval +0.0200 to +0.0800, paired)", recommendation.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_is_worse_gives_way_to_the_linear_one_and_says_what_it_would_take()
    {
        var recommendation = Of(0.85, 0.90, low: -0.08, high: -0.02);

        Assert.Equal(("tfidf_linear", RecommendationVerdict.LinearIsBetter), (recommendation.Choice, recommendation.Verdict));
        Assert.Contains("does not beat the linear model", recommendation.Reason, StringComparison.Ordinal);
        Assert.Contains("50 more of the texts right", recommendation.Reason, StringComparison.Ordinal);
        Assert.Contains("base_model", recommendation.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_that_cannot_be_told_apart_are_said_to_be_so_and_the_cheaper_one_is_taken()
    {
        var recommendation = Of(0.91, 0.90, low: -0.01, high: 0.03);

        Assert.Equal(("tfidf_linear", RecommendationVerdict.Indistinguishable), (recommendation.Choice, recommendation.Verdict));
        Assert.Contains("cannot be told apart", recommendation.Reason, StringComparison.Ordinal);
        // Half the interval is twice the difference: four times the 1,000 texts.
        Assert.Contains("about 4000 test texts", recommendation.Reason, StringComparison.Ordinal);
    }

    private static Recommendation Of(double model, double linear, double low, double high)
    {
        var difference = new Interval(model - linear, low, high);
        return Recommendation.Of(
            new ConfidenceIntervals(0.95, 1_000, Scores(model), Scores(linear), new ScoreIntervals(difference, difference)), examples: 1_000, isFromScratch: true);

        static ScoreIntervals Scores(double value) => new(new Interval(value, value, value), new Interval(value, value, value));
    }
}
