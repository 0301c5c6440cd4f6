using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Core;
using Pipeline.Core.Costs;
using Pipeline.Core.Runs;
using Pipeline.Core.Sweeps;
using Pipeline.IntegrationTests.Fixtures;
using Pipeline.IntegrationTests.Ingestion;
using Pipeline.IntegrationTests.Serving;
using Pipeline.IntegrationTests.Training;
using Pipeline.Tests.Shared;
using Pipeline.Trainer;
using Pipeline.Trainer.Jobs;

namespace Pipeline.IntegrationTests.Costs;

/// <summary>What a run takes: estimated before it, and told after it, by which the next is estimated.</summary>
[Collection(nameof(InProcessTraining))]
public sealed class EstimateTests(AzuriteFixture azurite) : FunctionsOnStorageTests(azurite)
{
    private static readonly RateOptions Rates = new() { Currency = "EUR", Accelerators = { [Accelerator.Cpu] = new AcceleratorRates { PerHour = 36 } } };

    private protected override Task<RunningFunctions> StartAsync() =>
        RunningFunctions.StartAsync(Account, null, "Pipeline:Rates:Currency=EUR", "Pipeline:Rates:Accelerators:cpu:PerHour=36");

    [Fact]
    public async Task A_run_tells_what_it_used_over_its_attempts_and_the_next_estimate_rests_on_it()
    {
        var rig = IngestRig.On(Storage);
        await rig.UploadAsync("mail.options.json", """{"num_train_epochs": 40, "max_length": 16, "bf16": false}""");
        var run = await rig.DropAsync("mail.csv", IngestRig.Csv(200));
        var before = await EstimateAsync("mail");

        Assert.Equal((EstimateBasis.Calculated, "cpu", 200, 40), (before.BasedOn, before.Accelerator, before.Rows, before.Epochs));
        Assert.Equal(before.Work.Models, (await rig.ReportAsync(run.RunId)).Estimate!.Work.Models);
        Assert.Equal(0.6, before.Price!.Value.Likely / before.Minutes!.Value.Likely, tolerance: 0.01);

        using (var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel))
        {
            var first = HandleAsync(run, stop.Token);
            while (!first.IsCompleted && (await rig.Runs.FindAsync(run.RunId, Cancel))!.Progress is not { Step: > 20 })
                await Task.Delay(10, Cancel);
            await stop.CancelAsync();
            await first;
        }

        var half = (await rig.Runs.FindAsync(run.RunId, Cancel))!;
        await HandleAsync(run, Cancel);

        var usage = (await rig.Runs.FindAsync(run.RunId, Cancel))!.Usage!;
        Assert.Equal((1, 2), (half.Usage!.Attempts, usage.Attempts));
        Assert.True(usage.BilledSeconds > half.Usage.BilledSeconds && usage.BilledSeconds > usage.TrainingSeconds, $"{half.Usage} {usage}");
        // The first step of each attempt warms up, and is done again where it was in no checkpoint; the texts are shorter than the limit.
        Assert.InRange(usage.TrainedTokens, before.Tokens * 0.8, before.Tokens * 1.5);
        Assert.InRange(usage.TrainedFlops / usage.TrainedTokens, 0.9 * before.Work.Models[0].FlopsPerEpoch / before.Work.Models[0].TokensPerEpoch, 1.1 * before.Work.Models[0].FlopsPerEpoch / before.Work.Models[0].TokensPerEpoch);
        Assert.Equal((Rates.PriceOf("cpu", usage.BilledSeconds)!.Value, "EUR"), (usage.Price!.Value, usage.Currency));

        var after = await EstimateAsync("mail");
        var measured = Assert.Single(await new MeasuredRunStore(Storage).FindAsync("cpu", null, Cancel));
        Assert.Equal((EstimateBasis.Measured, run.RunId, usage.TrainedTokens), (after.BasedOn, measured.Run, measured.Tokens));
        Assert.InRange(after.Minutes!.Value.Likely, after.Minutes.Value.Low, after.Minutes.Value.High);
    }

    [Fact]
    public async Task A_sweep_has_the_usage_of_its_trials_in_its_sum()
    {
        var sweep = await SweepRig.StartAsync(
            Storage,
            new RunOptions { NumTrainEpochs = 2, Sweep = new SweepOptions { LearningRate = new SweepValues(3e-4, 3e-3), Method = SweepMethod.Grid, ReductionFactor = 2 } });
        await sweep.FinishAsync();

        var run = await sweep.FindAsync();
        Assert.All(run.Sweep!.Trials, trial => Assert.True(trial.Usage is { TrainedTokens: > 0, BilledSeconds: > 0 }, $"{trial}"));
        // Two trials, of which one had a second container, and one for the publication.
        Assert.Equal((4, 1), (run.TotalUsage!.Attempts, run.Usage!.Attempts));
        Assert.Equal(run.Sweep.Trials.Sum(t => t.Usage!.TrainedTokens), run.TotalUsage.TrainedTokens);
    }

    [Fact]
    public async Task Another_accelerator_can_be_asked_for_if_it_is_known()
    {
        var rig = IngestRig.On(Storage);
        await rig.DropAsync("mail.csv", IngestRig.Csv());

        var a100 = await EstimateAsync("mail", "?accelerator=A100");
        using var unknown = await App.Http.GetAsync("/api/datasets/mail/estimate?accelerator=abacus", Cancel);

        Assert.Equal("A100", a100.Accelerator);
        Assert.Null(a100.Price);
        Assert.Contains(a100.Notes, note => note.Contains("Accelerators:A100:PerHour", StringComparison.Ordinal));
        await IsAsync(unknown, HttpStatusCode.BadRequest, "unknown-accelerator");
    }

    [Fact]
    public async Task Of_what_was_not_dropped_not_read_or_rejected_there_is_none_and_it_is_said_why()
    {
        var rig = IngestRig.On(Storage);
        await rig.DropAsync("bad.csv", "text,mood\nhello,x\n");
        await rig.Runs.TryCreateAsync((await rig.Runs.ListAsync(Cancel))[0] with { RunId = "new-0123456789ab", ModelName = "new", State = RunState.Validating, Failure = null }, Cancel);

        using var none = await App.Http.GetAsync("/api/datasets/none/estimate", Cancel);
        using var rejected = await App.Http.GetAsync("/api/datasets/bad/estimate", Cancel);
        using var reading = await App.Http.GetAsync("/api/datasets/new/estimate", Cancel);

        await IsAsync(none, HttpStatusCode.NotFound, "no-such-dataset");
        await IsAsync(rejected, HttpStatusCode.Conflict, "dataset-rejected");
        await IsAsync(reading, HttpStatusCode.Conflict, "dataset-not-read");
    }

    private async Task<CostEstimate> EstimateAsync(string name, string query = "")
    {
        var answer = await App.Http.GetStringAsync($"/api/datasets/{name}/estimate{query}", Cancel);
        return JsonSerializer.Deserialize<CostEstimate>(answer, PipelineJson.Compact)!;
    }

    private Task<JobOutcome> HandleAsync(RunRecord run, CancellationToken stop) => new TrainingJob(
        Storage,
        new RecordingQueue(),
        new TrainerOptions { HeartbeatInterval = TimeSpan.FromMilliseconds(50), CheckpointInterval = TimeSpan.Zero, Threads = 1 },
        TimeProvider.System,
        NullLoggerFactory.Instance,
        Rates).HandleAsync(new FakeDelivery(run.RunId), stop);

    private static async Task IsAsync(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        var problem = (await response.Content.ReadFromJsonAsync<JsonNode>(Cancel))!;
        Assert.Equal((status, code), (response.StatusCode, (string?)problem["code"]));
        Assert.NotEmpty((string)problem["fix"]!);
    }
}
