using CsCheck;
using Pipeline.Functions.Serving;

namespace Pipeline.UnitTests.Serving;

public sealed class TokenBatchesTests
{
    [Fact]
    public void Every_text_is_in_exactly_one_batch_and_batches_of_several_keep_to_the_budget() =>
        Gen.Select(Gen.Int[0, 300].Array[1, 60], Gen.Int[1, 500]).Sample((lengths, budget) =>
        {
            var batches = TokenBatches.Plan(lengths, budget).ToArray();

            Assert.Equal(Enumerable.Range(0, lengths.Length), batches.SelectMany(b => b).Order());
            Assert.All(batches.Where(b => b.Length > 1), b => Assert.True(b.Length * b.Max(i => lengths[i]) <= budget));
        });

    [Fact]
    public void Texts_of_like_length_go_together() =>
        Assert.Equal([[0, 3], [1, 2]], TokenBatches.Plan([50, 4, 3, 49], budget: 100));

    [Fact]
    public void A_text_over_the_budget_is_a_batch_of_its_own() =>
        Assert.Equal([[1], [0]], TokenBatches.Plan([10, 900], budget: 16));
}
