using Microsoft.Extensions.Time.Testing;
using Pipeline.Core.Runs;
using Pipeline.Local.Display;

namespace Pipeline.UnitTests.Local;

public class RunLinesTests
{
    private static readonly RunRecord Run = new()
    {
        RunId = "spam-1",
        ModelName = "spam",
        Version = "v",
        Dataset = new DatasetReference("spam.csv", "e", 1),
        State = RunState.Queued,
        Options = new RunOptions(),
        CreatedAt = default,
    };

    [Fact]
    public void A_state_is_told_once()
    {
        var lines = new RunLines(new FakeTimeProvider());

        Assert.Equal(["  0:00  queued"], lines.For(Run));
        Assert.Empty(lines.For(Run));
        Assert.Equal(["  0:00  training"], lines.For(Run with { State = RunState.Training }));
    }

    [Fact]
    public void Progress_is_told_now_and_then()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch);
        var lines = new RunLines(time);
        var training = Run with
        {
            State = RunState.Training,
            Progress = new TrainingProgress { Stage = "train", Step = 5, TotalSteps = 10, Loss = 0.5, SamplesPerSecond = 64.2, ValidationMacroF1 = 0.9, SecondsLeft = 75 },
        };

        Assert.Contains("  0:00  step 5/10  train  64 samples/s  loss 0.500  validation F1 0.900  1:15 left", lines.For(training));
        Assert.Empty(lines.For(training));
        time.Advance(TimeSpan.FromSeconds(15));
        Assert.Single(lines.For(training));
    }
}
