using Pipeline.Functions.Serving;

namespace Pipeline.UnitTests.Serving;

public sealed class SoftmaxTests
{
    [Fact]
    public void Scores_are_the_softmax_of_the_logits_with_the_best_first()
    {
        var ranked = Softmax.Rank([0f, MathF.Log(3)], ["ham", "spam"], AnswerOptions.Default);

        Assert.Equal(["spam", "ham"], ranked.Select(r => r.Label));
        Assert.Equal(0.75f, ranked[0].Score, 1e-6f);
        Assert.Equal(0.25f, ranked[1].Score, 1e-6f);
    }

    [Fact]
    public void Raw_scores_are_the_logits_and_the_model_abstains_by_its_probability_all_the_same() =>
        Assert.Equal(
            [("b", 2f, true), ("a", 1f, true)],
            Softmax.Rank([1f, 2f], ["a", "b"], new AnswerOptions(RawScores: true), abstainBelow: 0.9).Select(r => (r.Label, r.Score, r.Abstains)));

    [Fact]
    public void Huge_logits_do_not_overflow() =>
        Assert.Equal([1f, 0f], Softmax.Rank([1000f, -1000f], ["a", "b"], AnswerOptions.Default).Select(r => r.Score));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(99, 3)]
    public void No_more_labels_than_asked_for_are_given(int top, int given) =>
        Assert.Equal(given, Softmax.Rank([1f, 2f, 3f], ["a", "b", "c"], new AnswerOptions(top)).Count);

    [Fact]
    public void Equal_scores_keep_the_order_of_the_labels() =>
        Assert.Equal(["a", "b", "c"], Softmax.Rank([1f, 1f, 1f], ["a", "b", "c"], AnswerOptions.Default).Select(r => r.Label));
}
