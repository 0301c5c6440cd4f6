using Pipeline.Core.Runs;
using Pipeline.Trainer.Training;

namespace Pipeline.Modeling.Tests.Training;

/// <summary>Each schedule after the warmup against numbers worked out by hand from the formulas of <c>transformers/optimization.py</c>.</summary>
public sealed class LearningRateScheduleTests
{
    // A peak of 0.5, 4 steps of warmup, 20 steps: a quarter of the way down is step 8, half of it step 12.
    private const int Total = 20, Warmup = 4;
    private const double Peak = 0.5;

    [Theory]
    [InlineData("linear", 0.5, 0.375, 0.25, 0.03125)]
    [InlineData("cosine", 0.5, 0.4267766952966369, 0.25, 0.004803679899192)] // (1 + cos(pi / 4)) / 4, (1 + cos(15 pi / 16)) / 4
    [InlineData("cosine_with_restarts", 0.5, 0.4267766952966369, 0.25, 0.004803679899192)] // one cycle is the same
    [InlineData("polynomial", 0.5, 0.375000025, 0.25000005, 0.03125009375)] // to 1e-7 and not to 0
    [InlineData("constant_with_warmup", 0.5, 0.5, 0.5, 0.5)]
    [InlineData("inverse_sqrt", 0.5, 0.35355339059327379, 0.28867513459481287, 0.22941573387056174)] // 1 / sqrt(s / 4): s = 8, 12, 19
    public void After_the_warmup_it_follows_its_formula(string type, double first, double quarter, double half, double last)
    {
        var schedule = Schedule(type);

        Assert.Equal(first, schedule.At(4), 12);
        Assert.Equal(quarter, schedule.At(8), 12);
        Assert.Equal(half, schedule.At(12), 12);
        Assert.Equal(last, schedule.At(19), 12);
    }

    [Theory]
    [InlineData("linear"), InlineData("cosine"), InlineData("cosine_with_restarts"), InlineData("polynomial"), InlineData("constant_with_warmup"), InlineData("inverse_sqrt")]
    public void The_warmup_rises_evenly_to_the_peak_and_wastes_no_step_on_zero(string type) =>
        Assert.Equal([0.1, 0.2, 0.3, 0.4, 0.5], Enumerable.Range(0, 5).Select(step => Math.Round(Schedule(type).At(step), 12)));

    [Fact]
    public void Without_warmup_it_begins_at_the_peak_and_a_constant_stays_there()
    {
        Assert.Equal(Peak, Schedule("linear", warmup: 0).At(0));
        Assert.Equal([Peak, Peak], [Schedule("constant", warmup: 0).At(0), Schedule("constant", warmup: 0).At(19)]);
        // Without a warmup the time scale is 10,000 steps: 0.5 / sqrt(1.0019).
        Assert.Equal(0.4995256758, Schedule("inverse_sqrt", warmup: 0).At(19), 10);
    }

    [Fact]
    public void Their_own_numbers_change_them()
    {
        // Two restarts: half way it begins again; a quarter of the way is the middle of the first cycle.
        var restarts = Schedule("cosine_with_restarts", new SchedulerKwargs { NumCycles = 2 });
        Assert.Equal([0.25, 0.5, 0.25], [Math.Round(restarts.At(8), 12), Math.Round(restarts.At(12), 12), Math.Round(restarts.At(16), 12)]);
        // One whole wave: down half way, and up again.
        var wave = Schedule("cosine", new SchedulerKwargs { NumCycles = 1 });
        Assert.Equal([0.25, 0, 0.25], [Math.Round(wave.At(8), 12), Math.Round(wave.At(12), 12), Math.Round(wave.At(16), 12)]);
        // 0.4 x 0.5^2 + 0.1.
        Assert.Equal(0.2, Schedule("polynomial", new SchedulerKwargs { Power = 2, LrEnd = 0.1 }).At(12), 12);
        // 1 / sqrt((12 + 16 - 4) / 16).
        Assert.Equal(Peak / Math.Sqrt(1.5), Schedule("inverse_sqrt", new SchedulerKwargs { Timescale = 16 }).At(12), 12);
    }

    [Theory, InlineData("linear", 0), InlineData("cosine", 0), InlineData("cosine_with_restarts", 0), InlineData("polynomial", 1e-7)]
    public void At_the_end_of_the_run_it_is_down(string type, double end) => Assert.Equal(end, Schedule(type).At(Total), 12);

    private static LearningRateSchedule Schedule(string type, SchedulerKwargs? kwargs = null, int warmup = Warmup) =>
        new(TinyArguments.Default with { LearningRate = Peak, WarmupSteps = warmup, LrSchedulerType = type, LrSchedulerKwargs = kwargs }, Total);
}
