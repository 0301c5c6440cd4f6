using CsCheck;
using Pipeline.Trainer.Data;

namespace Pipeline.Modeling.Tests.Training;

public sealed class BatchPlanTests
{
    private static readonly Gen<int[]> Lengths = Gen.Int[1, 300].Array[1, 500];

    [Fact]
    public void Every_example_is_in_exactly_one_batch_of_an_epoch()
    {
        Lengths.Sample(lengths =>
            Assert.Equal(Enumerable.Range(0, lengths.Length), BatchPlan.ForEpoch(lengths, 8, seed: 1, epoch: 0).SelectMany(b => b).Order()));
    }

    [Fact]
    public void All_batches_but_one_are_full()
    {
        Lengths.Sample(lengths =>
        {
            var sizes = BatchPlan.ForEpoch(lengths, 8, seed: 1, epoch: 0).Select(b => b.Length).OrderDescending().ToList();
            Assert.All(sizes.SkipLast(1), size => Assert.Equal(8, size));
            Assert.InRange(sizes[^1], 1, 8);
        });
    }

    [Fact]
    public void No_part_exceeds_its_token_budget_unless_one_example_alone_does()
    {
        Lengths.Sample(lengths => Assert.All(
            BatchPlan.ForEpoch(lengths, 8, seed: 1, epoch: 0).SelectMany(rows => BatchPlan.Fitting(rows, lengths, 1_000)),
            part => Assert.True(part.Length == 1 || part.Length * part.Max(i => lengths[i]) <= 1_000)));
    }

    [Fact]
    public void Bucketing_spares_most_of_the_padding()
    {
        var random = new Random(1);
        int[] lengths = [.. Enumerable.Range(0, 5_000).Select(_ => 1 + (int)(-40 * Math.Log(random.NextDouble())))];

        var bucketed = Padding(BatchPlan.ForEpoch(lengths, 32, seed: 1, epoch: 0));
        var unsorted = Padding([.. Enumerable.Range(0, lengths.Length).Chunk(32)]);

        Assert.InRange(bucketed, 0, unsorted / 5);

        int Padding(int[][] batches) => batches.Sum(b => b.Length * b.Max(i => lengths[i]) - b.Sum(i => lengths[i]));
    }

    [Fact]
    public void The_order_follows_from_seed_and_epoch_alone()
    {
        int[] lengths = [.. Enumerable.Range(1, 200)];

        Assert.Equal(BatchPlan.ForEpoch(lengths, 8, 3, 2), BatchPlan.ForEpoch(lengths, 8, 3, 2));
        Assert.NotEqual(BatchPlan.ForEpoch(lengths, 8, 3, 2), BatchPlan.ForEpoch(lengths, 8, 3, 1));
        Assert.NotEqual(BatchPlan.ForEpoch(lengths, 8, 3, 2), BatchPlan.ForEpoch(lengths, 8, 4, 2));
    }

    [Fact]
    public void Evaluation_covers_every_example_within_both_limits()
    {
        Lengths.Sample(lengths =>
        {
            var batches = BatchPlan.ForEvaluation(lengths, 10, 1_000).ToList();
            Assert.Equal(Enumerable.Range(0, lengths.Length), batches.SelectMany(b => b).Order());
            Assert.All(batches, b => Assert.True(b.Length <= 10 && b.Length * b.Max(i => lengths[i]) <= 1_000));
        });
    }

    [Theory, InlineData(true), InlineData(false)]
    public void The_next_item_is_prepared_in_order_and_an_error_arrives_where_it_belongs(bool isOnAnotherThread)
    {
        Func<int>[] items = [() => 1, () => 2, () => throw new FormatException()];
        var seen = new List<int>();

        Assert.Throws<FormatException>(() =>
        {
            foreach (var item in BatchPrefetcher.Prefetch(items, isOnAnotherThread))
                seen.Add(item);
        });

        Assert.Equal([1, 2], seen);
    }
}
