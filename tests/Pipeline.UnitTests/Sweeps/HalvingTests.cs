using Pipeline.Core.Runs;
using Pipeline.Core.Sweeps;

namespace Pipeline.UnitTests.Sweeps;

public sealed class HalvingTests
{
    [Theory]
    [InlineData(9, 3, 9, new[] { 9, 3, 1 }, new[] { 1, 3, 9 })]
    [InlineData(6, 3, 4, new[] { 6, 2 }, new[] { 2, 4 })]
    [InlineData(8, 2, 16, new[] { 8, 4, 2, 1 }, new[] { 2, 4, 8, 16 })]
    [InlineData(9, 3, 3, new[] { 9, 3, 1 }, new[] { 1, 1, 3 })]
    [InlineData(2, 3, 5, new[] { 2 }, new[] { 5 })]
    [InlineData(7, 1, 5, new[] { 7 }, new[] { 5 })]
    public void Each_rung_has_fewer_trials_and_more_epochs(int trials, int factor, int epochs, int[] sizes, int[] budgets)
    {
        var halving = new Halving(trials, factor, 1);

        Assert.Equal(sizes, Enumerable.Range(0, halving.Rungs).Select(halving.Size));
        Assert.Equal(budgets, Enumerable.Range(0, halving.Rungs).Select(rung => halving.Epochs(rung, epochs)));
    }

    [Fact]
    public void The_first_rung_has_the_least_epochs_that_were_asked_for()
    {
        Assert.Equal([2, 3, 9], Enumerable.Range(0, 3).Select(rung => new Halving(9, 3, 2).Epochs(rung, 9)));
        Assert.Equal(1, new Halving(9, 3, 2).Epochs(0, 1));
    }

    [Fact]
    public void The_better_trials_go_on_and_failed_ones_never()
    {
        TrialRecord[] trials =
        [
            Trial(1, score: 10, loss: 0.5),
            Trial(2, score: 12, loss: 0.9),
            Trial(3, score: 99, loss: 0.1) with { State = TrialState.Failed },
            Trial(4, score: 12, loss: 0.4),
            Trial(5, score: 10, loss: 0.5),
            Trial(6, score: 11, loss: 0.7),
        ];

        Assert.Equal(new RungDecision(0, [4, 2, 6, 1, 5, 3], [4, 2], 5), RungDecision.Of(0, new Halving(6, 3, 1), trials, 5));
        Assert.Equal([4], RungDecision.Of(0, new Halving(6, 1, 1), trials, 5).Survivors);
    }

    [Fact]
    public void Where_all_trials_failed_none_goes_on()
    {
        var decision = RungDecision.Of(0, new Halving(2, 3, 1), [Trial(1, 1, 1) with { State = TrialState.Failed }, Trial(2, 1, 1) with { State = TrialState.Failed }], 2);

        Assert.Empty(decision.Survivors);
    }

    private static TrialRecord Trial(int number, double score, double loss) => new()
    {
        RunId = "spam-0123456789ab",
        Number = number,
        State = TrialState.Waiting,
        Options = new RunOptions(),
        Results = [new RungResult(1, 3, 1, new HeadlineMetrics(0.5, 0.5), loss, score)],
    };
}
