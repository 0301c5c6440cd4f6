using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Core.Models;
using Pipeline.Core.Runs;
using Pipeline.IntegrationTests.Fixtures;
using Pipeline.IntegrationTests.Ingestion;
using Pipeline.IntegrationTests.Serving;
using Pipeline.Trainer;
using Pipeline.Trainer.Jobs;

namespace Pipeline.IntegrationTests.Training;

/// <summary>Which version answers after a run, and who decides.</summary>
[Collection(nameof(InProcessTraining))]
public sealed class PromotionTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string First = "mail-000000aaaaaa", Second = "mail-000000bbbbbb", Third = "mail-000000cccccc";

    // Too few steps, and too small, to learn anything.
    private static readonly RunOptions Poor = new() { NumTrainEpochs = 1, LearningRate = 1e-7 };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_version_that_is_worse_on_the_same_rows_is_published_and_kept_and_does_not_answer()
    {
        var storage = await azurite.NewPipelineAccountAsync();
        var good = await TrainAsync(storage, First);

        var poor = await TrainAsync(storage, Second, Poor);

        var (result, promotion) = (poor.Result!, poor.Result!.Promotion!);
        Assert.Equal((RunState.Succeeded, false, false), (poor.State, result.BecameProduction, promotion.Promote));
        Assert.Equal((good.Version, "macro_f1", 0.01), (promotion.Against, promotion.Metric, promotion.Tolerance));
        Assert.Equal<double?>(result.Test.MacroF1, promotion.Candidate);
        // The same rows and the same weights as in its own run.
        Assert.Equal(good.Result!.Test.MacroF1 ?? -1, promotion.Current!.Value, 1e-9);
        Assert.True(promotion.Candidate < promotion.Current - 0.01);
        var models = new ModelStore(storage);
        Assert.Equal(good.Version, (await models.FindProductionAsync("mail", Cancel))!.Pointer.Version);
        Assert.Equal(2, (await models.ListVersionsAsync("mail", Cancel)).Count);
        Assert.Contains("\"type\":\"promotion\"", await EventsAsync(storage, Second), StringComparison.Ordinal);

        // A person decides otherwise, then back; each time the next run is measured against what answers.
        var chosen = await new ProductionSwitch(storage, TimeProvider.System).ChooseAsync(
            (await models.FindManifestAsync("mail", poor.Version, Cancel))!, new PersonsChoice("anna", null), Cancel);
        Assert.Equal((poor.Version, good.Version, true), (chosen.Pointer.Version, chosen.Pointer.Previous, chosen.Moved));
        var third = await TrainAsync(storage, Third);
        Assert.Equal((true, poor.Version), (third.Result!.BecameProduction, third.Result.Promotion!.Against));
    }

    [Theory]
    [InlineData(PromotionMode.Always, 0.01, true)]
    [InlineData(PromotionMode.Never, 0.01, false)]
    [InlineData(PromotionMode.Auto, 1.0, true)]
    public async Task Options_decide_otherwise(PromotionMode mode, double tolerance, bool becomesProduction)
    {
        var storage = await azurite.NewPipelineAccountAsync();
        var good = await TrainAsync(storage, First);

        var poor = await TrainAsync(storage, Second, Poor with { Promote = mode, PromotionTolerance = tolerance });

        Assert.Equal(becomesProduction, poor.Result!.BecameProduction);
        Assert.Equal(becomesProduction ? poor.Version : good.Version, (await new ModelStore(storage).FindProductionAsync("mail", Cancel))!.Pointer.Version);
    }

    [Fact]
    public async Task A_version_in_production_that_cannot_be_loaded_gives_way()
    {
        var storage = await azurite.NewPipelineAccountAsync();
        await PublishedVersion.WriteAsync(storage, "mail", "20260101T000000Z-aaaaaa", "spam", DateTimeOffset.UnixEpoch, Cancel);
        await PublishedVersion.SwitchAsync(storage, "mail", "20260101T000000Z-aaaaaa", Cancel);

        var run = await TrainAsync(storage, First, Poor);

        Assert.True(run.Result!.BecameProduction);
        Assert.Contains("could not be compared", run.Result.Promotion!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_label_that_the_version_in_production_does_not_know_is_its_mistake()
    {
        var storage = await azurite.NewPipelineAccountAsync();
        var old = await TrainAsync(storage, First);
        await SeededRun.CreateAsync(storage, Cancel, Second);
        // The same rows, with another name for one of the two labels.
        await new RunStore(storage).UpdateAsync(Second, r => r with { Ingest = r.Ingest! with { Labels = ["ham", "junk"] } }, Cancel);

        var run = await WorkAsync(storage, Second);

        Assert.True(run.Result!.BecameProduction);
        // It is right about ham at best, and the mean is over the two labels that there are now.
        Assert.InRange(run.Result.Promotion!.Current!.Value, 0, 0.5);
        Assert.True(old.Result!.Test.MacroF1 > 0.5);
    }

    [Fact]
    public async Task What_was_decided_before_the_trainer_was_killed_is_carried_out_by_the_next()
    {
        var storage = await azurite.NewPipelineAccountAsync();
        await TrainAsync(storage, First);
        var poor = await TrainAsync(storage, Second, Poor);
        // As if the trainer had been killed between manifest and pointer, after it had decided the other way.
        var decided = poor.Result!.Promotion! with { Promote = true, Reason = "Decided before." };
        await new RunStore(storage).UpdateAsync(Second, r => r with { State = RunState.Evaluating, Result = null, FinishedAt = null, Promotion = decided }, Cancel);

        var run = await WorkAsync(storage, Second);

        Assert.Equal((true, decided), (run.Result!.BecameProduction, run.Result.Promotion));
    }

    [Fact]
    public async Task A_person_s_choice_after_the_decision_stands()
    {
        var storage = await azurite.NewPipelineAccountAsync();
        var first = await TrainAsync(storage, First);
        var second = await TrainAsync(storage, Second, new RunOptions { NumTrainEpochs = 2, PromotionTolerance = 1 });
        Assert.True(second.Result!.BecameProduction);
        // Killed after the pointer had moved; before the next trainer came, a person took the first version back.
        await new RunStore(storage).UpdateAsync(
            Second, r => r with { State = RunState.Evaluating, Result = null, FinishedAt = null, Promotion = second.Result.Promotion }, Cancel);
        await new ProductionSwitch(storage, TimeProvider.System).ChooseAsync(
            (await new ModelStore(storage).FindManifestAsync("mail", first.Version, Cancel))!, new PersonsChoice(null, "the second is odd"), Cancel);

        var run = await WorkAsync(storage, Second);

        Assert.False(run.Result!.BecameProduction);
        Assert.Equal(first.Version, (await new ModelStore(storage).FindProductionAsync("mail", Cancel))!.Pointer.Version);
    }

    [Fact]
    public async Task A_run_that_is_publishing_can_no_longer_be_cancelled()
    {
        var storage = await azurite.NewPipelineAccountAsync();
        var run = await SeededRun.CreateAsync(storage, Cancel, First);
        await new RunStore(storage).UpdateAsync(
            First, r => r with { State = RunState.Evaluating, Promotion = new PromotionDecision { Promote = true, Reason = "First." } }, Cancel);

        var after = await new RunCancellation(storage, TimeProvider.System).CancelAsync(run.RunId, by: null, reason: null, Cancel);

        Assert.Equal(RunState.Evaluating, after.State);
    }

    [Fact]
    public async Task An_older_run_that_ends_after_a_newer_one_does_not_answer()
    {
        var storage = await azurite.NewPipelineAccountAsync();
        var newer = await TrainAsync(storage, Second);

        var older = await TrainAsync(storage, First, new RunOptions { NumTrainEpochs = 2, Promote = PromotionMode.Always });

        Assert.False(older.Result!.BecameProduction);
        Assert.Equal(newer.Version, (await new ModelStore(storage).FindProductionAsync("mail", Cancel))!.Pointer.Version);
    }

    private static async Task<RunRecord> TrainAsync(BlobServiceClient storage, string runId, RunOptions? options = null)
    {
        await SeededRun.CreateAsync(storage, Cancel, runId, options: options);
        return await WorkAsync(storage, runId);
    }

    private static async Task<RunRecord> WorkAsync(BlobServiceClient storage, string runId)
    {
        var job = new TrainingJob(
            storage, new RecordingQueue(), new TrainerOptions { HeartbeatInterval = TimeSpan.FromMilliseconds(100), Threads = 1 }, TimeProvider.System, NullLoggerFactory.Instance);
        Assert.Equal(JobOutcome.Done, await job.HandleAsync(new FakeDelivery(runId), Cancel));
        return (await new RunStore(storage).FindAsync(runId, Cancel))!;
    }

    private static async Task<string> EventsAsync(BlobServiceClient storage, string runId)
    {
        await using var log = (await new RunEventLog(storage).OpenReadAsync(runId, Cancel))!;
        using var reader = new StreamReader(log);
        return await reader.ReadToEndAsync(Cancel);
    }
}
