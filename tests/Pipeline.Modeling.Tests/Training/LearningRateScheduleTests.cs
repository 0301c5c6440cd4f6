using Pipeline.Trainer.Training;

namespace Pipeline.Modeling.Tests.Training;

public sealed class LearningRateScheduleTests
{
    [Fact]
    public void It_rises_to_the_peak_and_falls_to_zero()
    {
        var schedule = new LearningRateSchedule(peak: 1.0, warmupRatio: 0.1, totalSteps: 100);

        Assert.Equal(1.0 / 11, schedule.At(0), 12);
        Assert.Equal(1.0, schedule.At(10), 12);
        Assert.Equal(0.5, schedule.At(55), 12);
        Assert.Equal(1.0 / 90, schedule.At(99), 12);
        Assert.Equal(0, schedule.At(100), 12);
    }

    [Fact]
    public void Without_warmup_it_begins_at_the_peak()
    {
        Assert.Equal(0.3, new LearningRateSchedule(0.3, 0, 7).At(0), 12);
    }
}
