using CsCheck;
using Pipeline.Functions.Serving.Batching;

namespace Pipeline.UnitTests.Serving;

public sealed class BatchChoiceTests
{
    [Fact]
    public void The_text_that_has_waited_longest_is_in_the_batch_and_a_batch_of_several_keeps_to_the_budget() =>
        Gen.Select(Gen.Int[1, 300].Array[1, 60], Gen.Int[1, 500]).Sample((lengths, budget) =>
        {
            var batch = BatchChoice.Of(lengths, budget);

            Assert.Contains(0, batch);
            Assert.Equal(batch.Length, batch.Distinct().Count());
            Assert.True(batch.Length == 1 || batch.Length * batch.Max(i => lengths[i]) <= budget);
        });

    [Fact]
    public void No_text_is_left_out_that_would_fit_without_more_padding() =>
        Gen.Select(Gen.Int[1, 300].Array[1, 60], Gen.Int[1, 2_000]).Sample((lengths, budget) =>
        {
            var batch = BatchChoice.Of(lengths, budget);

            var longest = batch.Max(i => lengths[i]);
            if ((batch.Length + 1) * longest <= budget)
                Assert.DoesNotContain(Enumerable.Range(0, lengths.Length).Except(batch), i => lengths[i] <= longest);
        });

    [Fact]
    public void Texts_of_like_length_go_together() =>
        Assert.Equal([3, 0], BatchChoice.Of([50, 4, 3, 49], budget: 100));

    [Fact]
    public void Equal_texts_go_in_the_order_of_arrival() =>
        Assert.Equal([0, 1, 2], BatchChoice.Of([5, 5, 5, 5, 5], budget: 15));

    [Fact]
    public void A_text_over_the_budget_is_a_batch_of_its_own() =>
        Assert.Equal([0], BatchChoice.Of([900, 10], budget: 16));
}
