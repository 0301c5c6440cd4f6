using Pipeline.Core;
using Pipeline.Core.Costs;
using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;
using Pipeline.Core.Sweeps;

namespace Pipeline.UnitTests.Costs;

public sealed class CostEstimatorTests
{
    // 4,000 rows to train on; a pass is 100 GFLOP.
    private static readonly DatasetWork Work = new(4_000, 0, 0, ProblemType.SingleLabelClassification, [Model("bert-base")]);

    private static readonly RunOptions Options = new() { BaseModel = "bert-base", NumTrainEpochs = 6 };

    // 10 GFLOP/s, and 30 seconds of all else.
    private static readonly MeasuredRun Earlier = new("mail-0", DateTimeOffset.UnixEpoch, 1_000, 50e9, 5, 30);

    [Fact]
    public void What_was_measured_decides_and_one_training_leaves_a_wide_range()
    {
        var estimate = Estimate(Options, [Earlier]);

        // 6 passes of 10 seconds, and 30.
        Assert.Equal((EstimateBasis.Measured, 1.5), (estimate.BasedOn, estimate.Minutes!.Value.Likely));
        Assert.Equal((1.05, 2.14), (estimate.Minutes.Value.Low, estimate.Minutes.Value.High));
        Assert.Equal((6 * 80_000, 6, 1), (estimate.Tokens, estimate.Epochs, estimate.Trials));
    }

    [Fact]
    public void The_range_of_several_trainings_goes_from_the_fastest_to_the_slowest()
    {
        var estimate = Estimate(Options, [Earlier with { Seconds = 4 }, Earlier, Earlier with { Seconds = 10 }]);

        Assert.Equal(1.5, estimate.Minutes!.Value.Likely);
        Assert.InRange(estimate.Minutes.Value.Low, 1.05, 1.35);
        Assert.InRange(estimate.Minutes.Value.High, 2.5, 3.2);
    }

    [Fact]
    public void Without_a_measurement_the_data_sheet_and_an_assumption_decide_and_the_range_is_wide()
    {
        var estimate = Estimate(Options with { NumTrainEpochs = 100 }, [], "T4", model: Model("bert-base", flopsPerEpoch: 1e15));

        // 65 TFLOP/s, a quarter of it reached: 6,154 seconds; 250 steps for each pass, 12 blocks of a millisecond each: 300 more; 120 for the start.
        Assert.Equal(EstimateBasis.Calculated, estimate.BasedOn);
        Assert.Equal((6_154 + 300 + 120) / 60.0, estimate.Minutes!.Value.Likely, tolerance: 0.6);
        Assert.True(estimate.Minutes.Value.High > 3 * estimate.Minutes.Value.Low);
        Assert.Contains("assumed", estimate.Notes[0], StringComparison.Ordinal);
    }

    [Fact]
    public void The_operator_may_know_the_accelerator_better()
    {
        var rates = Rates("T4", new AcceleratorRates { PeakTflops = 1, Utilisation = 0.5, StartSeconds = 60 });
        var estimate = Estimate(Options, [], "T4", rates, Model("bert-base", flopsPerEpoch: 50e12));

        // 6 passes of 100 seconds and 250 launches of 12 blocks, and 60.
        Assert.Equal((600 + 18 + 60) / 60.0, estimate.Minutes!.Value.Likely, tolerance: 0.01 * 11);
    }

    [Fact]
    public void The_price_is_that_of_the_minutes_and_there_is_none_without_a_rate()
    {
        var priced = Estimate(Options, [Earlier], rates: Rates("t4", new AcceleratorRates { PerHour = 1.2m }));
        var free = Estimate(Options, [Earlier]);

        Assert.Equal((0.03, 1.2m, "EUR"), (priced.Price!.Value.Likely, priced.PricePerHour, priced.Currency));
        Assert.Null(free.Price);
        Assert.Null(free.Currency);
        Assert.Contains("Pipeline:Rates:Accelerators:T4:PerHour", free.Notes[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Of_an_accelerator_that_nothing_is_known_of_no_time_is_told()
    {
        var estimate = Estimate(Options, [], "Card-9000");

        Assert.Null(estimate.Minutes);
        Assert.Contains("Pipeline:Rates:Accelerators:Card-9000:PeakTflops", Assert.Single(estimate.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_sweep_is_the_sum_over_its_rungs_and_each_has_containers_of_its_own()
    {
        // Nine trials of nine passes: nine train 1, three go on to 3, one goes on to 9.
        var options = Options with { NumTrainEpochs = 9, Sweep = new SweepOptions { LearningRate = new SweepValues(1e-5, 2e-5, 3e-5), Dropout = new SweepValues(0.1, 0.2, 0.3), Method = SweepMethod.Grid } };
        var estimate = Estimate(options, [Earlier]);

        Assert.Equal(9, estimate.Trials);
        Assert.Equal((9 + 3 * 2 + 6) * 80_000, estimate.Tokens);
        Assert.Equal(((9 + 3 * 2 + 6) * 10 + (9 + 3 + 1) * 30) / 60.0, estimate.Minutes!.Value.Likely, tolerance: 0.06);
        Assert.Contains(estimate.Notes, note => note.Contains("9 trials in 3 rungs, of 9, 3, 1", StringComparison.Ordinal));
    }

    [Fact]
    public void A_sweep_over_base_models_may_end_with_the_cheap_one_or_the_dear_one()
    {
        var work = Work with { Models = [Model("small"), Model("large", flopsPerEpoch: 1e12)] };
        var options = Options with { BaseModel = null, NumTrainEpochs = 3, Sweep = new SweepOptions { BaseModel = new NameList("small", "large"), Method = SweepMethod.Grid, ReductionFactor = 2 } };
        var estimate = new CostEstimator(new RateOptions()).Estimate(work, options, "T4", [[Earlier with { OtherSeconds = 0 }], [Earlier with { OtherSeconds = 0 }]]);

        // Both train 2 passes, 20 and 200 seconds; one of them trains another, 10 or 100.
        Assert.Equal((220 + 55) / 60.0, estimate.Minutes!.Value.Likely, tolerance: 0.006);
        Assert.Equal((220 + 10) * 0.7 / 60.0, estimate.Minutes.Value.Low, tolerance: 0.01);
        Assert.Equal((220 + 100) / 0.7 / 60.0, estimate.Minutes.Value.High, tolerance: 0.01);
    }

    [Theory]
    [InlineData(500, 2.0)] // steps of 16
    [InlineData(125, 0.5)]
    public void Steps_decide_where_they_are_set(int steps, double epochs)
    {
        var estimate = Estimate(Options with { MaxSteps = steps }, [Earlier]);

        Assert.Equal(epochs, estimate.Epochs);
        Assert.Equal((30 + 10 * epochs) / 60, estimate.Minutes!.Value.Likely, tolerance: 0.005);
    }

    [Fact]
    public void Passes_that_are_left_open_are_those_that_the_trainer_chooses()
    {
        Assert.Equal(DefaultPasses.FineTuning(4_000).Epochs.Value, Estimate(Options with { NumTrainEpochs = null }, [Earlier]).Epochs);
        Assert.Equal(
            DefaultPasses.FromScratch(4_000, 80_000, ProblemType.SingleLabelClassification).Epochs.Value,
            Estimate(new RunOptions(), [Earlier], model: Model(null)).Epochs);
    }

    [Fact]
    public void Scoring_the_validation_split_after_each_pass_and_the_test_split_three_times_counts()
    {
        var work = Work with { ValidationRows = 100, TestRows = 50 };
        var estimate = new CostEstimator(new RateOptions()).Estimate(work, Options, "T4", [[Earlier]]);

        // A row takes 1 GFLOP, a tenth of a second: 6 times 100, and 3 times 50.
        Assert.Equal((60 + 30 + 60 + 15) / 60.0, estimate.Minutes!.Value.Likely, tolerance: 0.006);
    }

    [Fact]
    public void A_training_of_the_same_name_replaces_the_one_before_and_twenty_are_kept()
    {
        var runs = new MeasuredRuns([Earlier]).With(Earlier with { Seconds = 7 });
        Assert.Equal(7, Assert.Single(runs.Runs).Seconds);

        for (var i = 1; i <= 30; i++)
            runs = runs.With(Earlier with { Run = $"mail-{i}", At = DateTimeOffset.UnixEpoch.AddDays(i) });
        Assert.Equal((20, "mail-30"), (runs.Runs.Count, runs.Runs[^1].Run));
    }

    [Theory]
    [InlineData(1, null, "It took 1.9 minutes on cpu.")]
    [InlineData(3, 0.0115, "It took 1.9 minutes on cpu in 3 containers, 0.0115 EUR.")]
    public void What_a_run_used_is_told_in_a_sentence(int attempts, double? price, string sentence) => Assert.Equal(
        sentence,
        EstimateText.Sentence(new RunUsage { Accelerator = "cpu", Attempts = attempts, BilledSeconds = 115.4, Price = (decimal?)price, Currency = price is null ? null : "EUR" }));

    [Theory]
    [InlineData(-1.0, null, "PerHour is -1")]
    [InlineData(null, 1.5, "Utilisation is 1.5")]
    public void Rates_that_cannot_be_are_refused_by_name(double? perHour, double? utilisation, string message)
    {
        var rates = Rates("T4", new AcceleratorRates { PerHour = (decimal?)perHour, Utilisation = utilisation });

        var problem = Assert.Single(rates.Validate(new(rates)));
        Assert.StartsWith("Pipeline:Rates:Accelerators:T4:" + message, problem.ErrorMessage, StringComparison.Ordinal);
    }

    private static ModelWork Model(string? baseModel, double flopsPerEpoch = 100e9) => new(baseModel, 64, 12, 80_000, flopsPerEpoch, FlopsPerScoredRow: 1e9);

    private static RateOptions Rates(string accelerator, AcceleratorRates rates) => new() { Currency = "EUR", Accelerators = { [accelerator] = rates } };

    private static CostEstimate Estimate(RunOptions options, MeasuredRun[] measured, string accelerator = "T4", RateOptions? rates = null, ModelWork? model = null) =>
        new CostEstimator(rates ?? new RateOptions { Currency = "EUR" }).Estimate(model is null ? Work : Work with { Models = [model] }, options, accelerator, [measured]);
}
