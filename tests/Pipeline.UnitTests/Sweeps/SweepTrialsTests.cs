using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;
using Pipeline.Core.Sweeps;

namespace Pipeline.UnitTests.Sweeps;

public sealed class SweepTrialsTests
{
    private static readonly SweepOptions Mixed = new()
    {
        LearningRate = new SweepValues(new SweepRange(1e-5, 1e-2)),
        PerDeviceTrainBatchSize = new SweepValues(new SweepRange(8, 12)),
        Dropout = new SweepValues(new SweepRange(0, 0.5)),
        BaseModel = new NameList("bert", "gpt2"),
        Trials = 64,
    };

    [Fact]
    public void Trials_follow_from_the_seed_alone()
    {
        var options = new RunOptions { Sweep = Mixed };

        Assert.Equal(SweepTrials.Of(options), SweepTrials.Of(options));
        Assert.NotEqual(SweepTrials.Of(options), SweepTrials.Of(options with { Seed = 1 }));
    }

    [Fact]
    public void Values_are_drawn_from_all_of_their_range_and_list()
    {
        var trials = SweepTrials.Of(new RunOptions { Sweep = Mixed });

        Assert.Equal(64, trials.Distinct().Count());
        Assert.All(trials, t => Assert.InRange(t.LearningRate!.Value, 1e-5, 1e-2));
        Assert.All(trials, t => Assert.InRange(t.Dropout!.Value, 0, 0.5));
        Assert.Equal([8, 9, 10, 11, 12], trials.Select(t => t.PerDeviceTrainBatchSize!.Value).Distinct().Order());
        Assert.Equal(["bert", "gpt2"], trials.Select(t => t.BaseModel!).Distinct().Order());
        // By its logarithm: each of the three decades gets its share.
        Assert.All(trials.CountBy(t => Math.Floor(Math.Log10(t.LearningRate!.Value))), decade => Assert.InRange(decade.Value, 10, 40));
    }

    [Fact]
    public void A_trial_s_options_are_the_run_s_with_the_drawn_values()
    {
        var options = new RunOptions { MaxLength = 64, Seed = 7, Sweep = new SweepOptions { Dropout = new SweepValues(0.1, 0.2), Trials = 2 } };

        Assert.All(SweepTrials.Of(options), t => Assert.Equal(options with { Sweep = null, Dropout = t.Dropout }, t));
    }

    [Fact]
    public void No_combination_is_tried_twice()
    {
        var sweep = new SweepOptions { Dropout = new SweepValues(0.1, 0.2, 0.1), NumTrainEpochs = new SweepValues(2, 3), Trials = 50 };

        Assert.Equal(4, SweepTrials.Of(new RunOptions { Sweep = sweep }).Count);
    }

    [Fact]
    public void A_grid_has_every_combination_in_order()
    {
        var sweep = new SweepOptions { Method = SweepMethod.Grid, LearningRate = new SweepValues(1e-4, 1e-3), Dropout = new SweepValues(0.1, 0.2, 0.1) };

        Assert.Equal([(1e-4, 0.1), (1e-4, 0.2), (1e-3, 0.1), (1e-3, 0.2)], SweepTrials.Of(new RunOptions { Sweep = sweep }).Select(t => (t.LearningRate!.Value, t.Dropout!.Value)));
    }
}
