using Pipeline.Trainer.Data;

namespace Pipeline.Modeling.Tests.Training;

public sealed class EncodedSplitTests
{
    private static readonly EncodedSplit Split = new([[1, 2, 3], [.. Enumerable.Range(0, 100)]], [0, 1]);

    [Fact]
    public void Without_windows_a_long_text_is_read_from_its_beginning()
    {
        var sample = Split.Sample([1, 0], maxLength: 10, windowProbability: 0, seed: 1);

        Assert.Equal([Enumerable.Range(0, 10), [1, 2, 3]], sample.InputIds.Select(ids => ids.AsEnumerable()));
        Assert.Equal([1, 0], sample.Labels);
    }

    [Fact]
    public void Windows_lie_anywhere_in_the_text_and_the_seed_fixes_them()
    {
        var starts = Enumerable.Range(0, 2_000).Select(seed => Split.Sample([1], 10, 1, seed).InputIds[0]).ToList();

        Assert.All(starts, ids => Assert.Equal(Enumerable.Range(ids[0], 10), ids));
        Assert.Equal((0, 90), (starts.Min(ids => ids[0]), starts.Max(ids => ids[0])));
        Assert.Equal(starts[7], Split.Sample([1], 10, 1, 7).InputIds[0]);
    }

    [Fact]
    public void The_probability_is_the_share_of_windows()
    {
        var beginnings = Enumerable.Range(0, 2_000).Count(seed => Split.Sample([1], 10, 0.5, seed).InputIds[0][0] == 0);

        Assert.InRange(beginnings, 900, 1_150);
    }
}
