using Pipeline.Core.Runs;
using Pipeline.Local.Demo;

namespace Pipeline.UnitTests.Local;

public class VerdictTests
{
    [Theory]
    [InlineData(0.97, 0.40, 0.97, true)]
    [InlineData(0.961, 0.40, 0.97, true)]
    [InlineData(0.955, 0.40, 0.97, false)]
    [InlineData(0.50, 0.40, 0.30, false)]
    public void The_model_must_beat_the_majority_class_and_come_close_to_the_linear_baseline(double model, double majority, double linear, bool passed) =>
        Assert.Equal(passed, Verdict.On(Succeeded(model, majority, linear)).Passed);

    [Fact]
    public void A_run_without_baselines_does_not_pass()
    {
        var run = Succeeded(1, 0, 0);

        Assert.False(Verdict.On(run with { Result = run.Result! with { Baselines = new Dictionary<string, HeadlineMetrics>() } }).Passed);
    }

    [Fact]
    public void A_failed_run_does_not_pass() =>
        Assert.False(Verdict.On(Succeeded(1, 0, 0) with { State = RunState.Failed }).Passed);

    private static RunRecord Succeeded(double model, double majority, double linear) => new()
    {
        RunId = "spam-1",
        ModelName = "spam",
        Version = "v",
        Dataset = new DatasetReference("spam.csv", "e", 1),
        State = RunState.Succeeded,
        Options = new RunOptions(),
        CreatedAt = default,
        Result = new RunResult("v", 1, new HeadlineMetrics(model, model), new Dictionary<string, HeadlineMetrics>
        {
            ["majority_class"] = new(majority, majority),
            ["tfidf_linear"] = new(linear, linear),
        }, true),
    };
}
