using Pipeline.Functions.Serving;

namespace Pipeline.UnitTests.Serving;

public sealed class SigmoidTests
{
    private static readonly string[] Labels = ["wheat", "corn", "oil"];

    [Fact]
    public void Labels_at_or_above_the_threshold_are_given_with_the_best_first()
    {
        var ranked = Sigmoid.Rank([0f, MathF.Log(3), -1f], Labels, new AnswerOptions(Threshold: 0.5));

        Assert.Equal(["corn", "wheat"], ranked.Select(r => r.Label));
        Assert.Equal(0.75f, ranked[0].Score, 1e-6f);
        Assert.Equal(0.5f, ranked[1].Score, 1e-6f);
    }

    [Fact]
    public void A_text_may_have_no_label() => Assert.Empty(Sigmoid.Rank([-1f, -2f, -3f], Labels, new AnswerOptions(Threshold: 0.5)));

    [Fact]
    public void A_threshold_of_zero_gives_every_label() => Assert.Equal(3, Sigmoid.Rank([-90f, 0f, 90f], Labels, new AnswerOptions(Threshold: 0)).Count);

    [Fact]
    public void No_more_labels_than_asked_for_are_given() =>
        Assert.Equal(["oil"], Sigmoid.Rank([1f, 2f, 3f], Labels, new AnswerOptions(1, 0.5)).Select(r => r.Label));

    [Fact]
    public void Raw_scores_are_the_logits_of_the_same_labels_in_the_same_order() =>
        Assert.Equal([("corn", 2f), ("wheat", 0f)], Sigmoid.Rank([0f, 2f, -1f], Labels, new AnswerOptions(Threshold: 0.5, RawScores: true)).Select(r => (r.Label, r.Score)));

    [Fact]
    public void Huge_logits_do_not_overflow() =>
        Assert.Equal([1f, 0f], Sigmoid.Rank([1_000f, -1_000f, -1_000f], Labels, new AnswerOptions(2, 0)).Select(r => r.Score));
}
