using Microsoft.Extensions.Time.Testing;
using Pipeline.Core.Costs;
using Pipeline.Trainer.Jobs;
using Pipeline.Trainer.Training;

namespace Pipeline.Modeling.Tests.Training;

public sealed class StepMeterTests
{
    private static readonly StepWork Work = new(Examples: 32, Tokens: 900, PaddedTokens: 1_000, Flops: 5e9);

    private readonly FakeTimeProvider _time = new();
    private readonly UsageMeter _usage;
    private readonly StepMeter _meter;
    private int _step;
    private int _reads;

    public StepMeterTests()
    {
        _usage = new UsageMeter(_time, new RateOptions { Currency = "EUR", Accelerators = { ["T4"] = new AcceleratorRates { PerHour = 0.9m } } });
        _usage.RunsOn("Tesla T4");
        _meter = new StepMeter(TimeSpan.FromSeconds(3), _time, _usage) { PeakFlops = 1e11 };
    }

    [Fact]
    public void The_first_step_is_reported_at_once_and_without_rates()
    {
        var first = Step(seconds: 9)!;

        Assert.Equal((1, 0.5, 2.0), (first.Step, first.Loss, first.GradNorm));
        Assert.Null(first.SamplesPerSecond);
        Assert.Null(first.SecondsLeft);
        Assert.Equal(["epoch", "grad_norm", "learning_rate", "loss", "memory_bytes", "peak_memory_bytes"], first.ToMetrics().Keys.Order());
    }

    [Fact]
    public void The_next_report_comes_after_the_interval_with_the_rates_of_all_steps_in_between()
    {
        Step(seconds: 9);
        Assert.Null(Step(seconds: 1));
        Assert.Null(Step(seconds: 1));
        var report = Step(seconds: 2)!;

        Assert.Equal(3 / 4.0, report.StepsPerSecond);
        Assert.Equal(96 / 4.0, report.SamplesPerSecond);
        Assert.Equal(2_700 / 4.0, report.TokensPerSecond);
        Assert.Equal(0.1, report.Padding!.Value, precision: 9);
        Assert.Equal(15e9 / 4 / 1e11, report.Mfu!.Value, precision: 9);
        Assert.InRange(report.MemoryBytes!.Value, 1, report.PeakMemoryBytes!.Value);
    }

    [Fact]
    public void What_was_used_has_the_steps_in_tokens_and_seconds_and_the_price_of_all_the_time()
    {
        Step(seconds: 9);
        Step(seconds: 4);
        Step(seconds: 2, epoch: 1);
        _time.Advance(TimeSpan.FromSeconds(5));
        _meter.EndEpoch();

        var usage = _usage.After(before: null);

        Assert.Equal((20, 20, 6, 5), (usage.BilledSeconds, usage.GpuSeconds, usage.TrainingSeconds, usage.EvaluationSeconds));
        Assert.Equal((1_800, 10e9, 300), (usage.TrainedTokens, usage.TrainedFlops, usage.TokensPerSecond)); // the first step warms up
        Assert.Equal(("T4", "Tesla T4", 1, 0.005m, "EUR"), (usage.Accelerator, usage.Device, usage.Attempts, usage.Price, usage.Currency));
    }

    [Fact]
    public void Attempts_add_up_and_a_price_that_is_known_of_some_of_them_only_is_none()
    {
        var first = _usage.After(before: null) with { BilledSeconds = 100, Price = 0.025m, TrainedTokens = 7 };
        _time.Advance(TimeSpan.FromSeconds(40));

        var both = _usage.After(first);

        Assert.Equal((140, 2, 0.035m, 7), (both.BilledSeconds, both.Attempts, both.Price, both.TrainedTokens));
        Assert.Null(_usage.After(first with { Price = null }).Price);
    }

    [Fact]
    public void Loss_and_gradient_norm_are_read_for_reports_only_since_that_waits_for_the_device()
    {
        for (var i = 0; i < 20; i++)
            Step(seconds: 0.1);

        Assert.Equal(1, _reads);
    }

    [Fact]
    public void A_number_of_steps_may_decide_in_place_of_the_interval()
    {
        _meter.Steps = 4;

        Assert.Equal([1, 4, 8], Enumerable.Range(0, 9).Select(_ => Step(seconds: 100)).OfType<StepSummary>().Select(s => s.Step));
    }

    [Fact]
    public void A_step_before_an_evaluation_is_reported_whenever_it_comes()
    {
        Step(seconds: 1);

        Assert.NotNull(Step(seconds: 0.1, epoch: 1));
    }

    [Fact]
    public void Evaluations_are_not_in_the_rates_but_in_the_time_that_is_left()
    {
        Step(seconds: 1);
        Step(seconds: 2, epoch: 1, total: 10, evaluationsLeft: 3);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal((2, 10), _meter.EndEpoch());

        var report = Step(seconds: 4, total: 10, evaluationsLeft: 2)!;

        Assert.Equal(0.25, report.StepsPerSecond);
        Assert.Equal(7 * 3 + 2 * 10, report.SecondsLeft); // seven steps of three seconds in the mean, two evaluations
    }

    [Fact]
    public void A_loss_that_is_no_number_is_not_written_into_the_record()
    {
        var report = Step(seconds: 1, loss: double.NaN)!;

        Assert.Null(report.ApplyTo(new() { Stage = "train" }).Loss);
    }

    private StepSummary? Step(double seconds, double epoch = 0.5, int total = 1_000, int evaluationsLeft = 1, double loss = 0.5)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        return _meter.Add(new StepReport(++_step, total, epoch, evaluationsLeft, IsEvaluated: double.IsInteger(epoch), LearningRate: 1e-3, Work, () =>
        {
            _reads++;
            return new StepFigures(loss, GradientNorm: 2);
        }));
    }
}
