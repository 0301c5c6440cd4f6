using System.Text.Json;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Core;
using Pipeline.Core.Metrics;
using Pipeline.Core.Models;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.IntegrationTests.Fixtures;
using Pipeline.IntegrationTests.Ingestion;
using Pipeline.Trainer;
using Pipeline.Trainer.Jobs;

namespace Pipeline.IntegrationTests.Training;

[Collection(nameof(InProcessTraining))]
public sealed class TrainingJobTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_queued_run_becomes_a_published_version_in_production()
    {
        var storage = await azurite.NewPipelineAccountAsync();
        var run = await SeededRun.CreateAsync(storage, Cancel);
        var delivery = new FakeDelivery(run.RunId);

        Assert.Equal(JobOutcome.Done, await Job(storage).HandleAsync(delivery, Cancel));

        Assert.Equal("complete", delivery.Settled);
        var record = await Find(storage, run);
        Assert.Equal(RunState.Succeeded, record.State);
        Assert.Equal(1, record.Attempt);
        Assert.Equal(run.Version, record.Result!.Version);
        Assert.True(record.Result.BecameProduction);
        Assert.Equal(["majority_class", "tfidf_linear"], record.Result.Baselines.Keys.Order());
        Assert.InRange(record.Result.Test.MacroF1!.Value, record.Result.Baselines["majority_class"].MacroF1!.Value + 0.2, 1.0);

        var manifest = await new ModelStore(storage).FindManifestAsync("mail", run.Version, Cancel);
        Assert.Equal(run.RunId, manifest!.RunId);
        var published = manifest.Files.Select(f => f.Path).ToHashSet();
        Assert.Superset(
            new HashSet<string>
            {
                "config.json", "model.safetensors", "vocab.json", "merges.txt", "tokenizer.json", "tokenizer_config.json",
                "special_tokens_map.json", "onnx/model.onnx", "onnx/model_int8.onnx", "metrics.json", "training_args.json", "README.md",
            },
            published);
        Assert.Empty(await Checkpoints(storage, run));

        var content = await storage.GetBlobContainerClient(BlobLayout.Models).GetBlobClient(BlobLayout.Version("mail", run.Version) + "metrics.json").DownloadContentAsync(Cancel);
        var metrics = JsonSerializer.Deserialize<MetricsReport>(content.Value.Content, PipelineJson.Indented)!;
        Assert.InRange(metrics.Onnx!.Fp32.MaxAbsDifference, 0, 1e-3);
        Assert.Equal((0, metrics.Onnx.Model!.Accuracy), (metrics.Onnx.Fp32.DisagreementRate!.Value, metrics.Onnx.Fp32.Accuracy));
        Assert.InRange(metrics.Onnx.Int8.DisagreementRate!.Value, 0, 0.05);

        Assert.Equal(metrics.Recommendation, record.Result.Recommendation);
        Assert.Equal(metrics.Recommendation!.Verdict == RecommendationVerdict.ModelIsBetter ? "model" : "tfidf_linear", metrics.Recommendation.Choice);
        Assert.InRange(record.Result.Test.MacroF1.Value, metrics.ConfidenceIntervals!.Model.MacroF1.Low, metrics.ConfidenceIntervals.Model.MacroF1.High);
        Assert.NotNull(metrics.Calibration);
        Assert.All(metrics.TestExamples!.MostConfused, e => Assert.Null(e.Text));
        Assert.Null(manifest.Decisions);
        Assert.Equal((GraphPrecision.Int8, metrics.Onnx.Reason), (manifest.Onnx!.Serves, manifest.Onnx.Reason));
        var card = await storage.GetBlobContainerClient(BlobLayout.Models).GetBlobClient(BlobLayout.Version("mail", run.Version) + "README.md").DownloadContentAsync(Cancel);
        Assert.Contains(metrics.Recommendation.Reason, card.Value.Content.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_delivery_of_a_finished_run_changes_nothing()
    {
        var storage = await azurite.NewPipelineAccountAsync();
        var run = await SeededRun.CreateAsync(storage, Cancel);
        await Job(storage).HandleAsync(new FakeDelivery(run.RunId), Cancel);
        var before = await Find(storage, run);
        var again = new FakeDelivery(run.RunId, deliveryCount: 2);

        Assert.Equal(JobOutcome.Done, await Job(storage).HandleAsync(again, Cancel));

        Assert.Equal("complete", again.Settled);
        Assert.Equivalent(before, await Find(storage, run));
    }

    [Fact]
    public async Task A_stopped_trainer_gives_the_message_back_and_the_next_one_ends_with_the_weights_of_an_undisturbed_run()
    {
        var undisturbed = await azurite.NewPipelineAccountAsync();
        var run = await SeededRun.CreateAsync(undisturbed, Cancel);
        await Job(undisturbed).HandleAsync(new FakeDelivery(run.RunId), Cancel);

        var storage = await azurite.NewPipelineAccountAsync();
        await SeededRun.CreateAsync(storage, Cancel);
        var delivery = 0;
        FakeDelivery last;
        do
        {
            last = new FakeDelivery(run.RunId, ++delivery);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            var working = Job(storage).HandleAsync(last, stop.Token);
            // Each attempt gets one checkpoint further, then is told to stop.
            var known = (await Checkpoints(storage, run)).Order().ToList();
            while (!working.IsCompleted && (await Checkpoints(storage, run)).Order().SequenceEqual(known))
                await Task.Delay(5, Cancel);
            if (delivery < 4)
                await stop.CancelAsync();
            var outcome = await working;
            if (outcome == JobOutcome.Stopped)
            {
                Assert.Equal("abandon", last.Settled);
                Assert.Equal(RunState.Queued, (await Find(storage, run)).State);
            }
        }
        while (last.Settled == "abandon");

        Assert.InRange(delivery, 2, 10);
        Assert.Equal(delivery, (await Find(storage, run)).Attempt);
        Assert.Equal(await Weights(undisturbed, run), await Weights(storage, run));
        Assert.Equal((await Find(undisturbed, run)).Result, (await Find(storage, run)).Result, SameFigures);
    }

    [Fact]
    public async Task A_run_that_was_published_before_the_kill_is_finished_without_training_again()
    {
        var storage = await azurite.NewPipelineAccountAsync();
        var run = await SeededRun.CreateAsync(storage, Cancel);
        await Job(storage).HandleAsync(new FakeDelivery(run.RunId), Cancel);
        var finished = await Find(storage, run);
        // As if the trainer had been killed right after the manifest: no result, no pointer, no shards needed.
        await new RunStore(storage).UpdateAsync(run.RunId, r => r with { State = RunState.Evaluating, Result = null, FinishedAt = null }, Cancel);
        await storage.GetBlobContainerClient(BlobLayout.Models).DeleteBlobAsync(BlobLayout.Production("mail"), cancellationToken: Cancel);
        await storage.GetBlobContainerClient(BlobLayout.Runs).DeleteBlobAsync($"{run.RunId}/train-00000.arrow", cancellationToken: Cancel);

        Assert.Equal(JobOutcome.Done, await Job(storage).HandleAsync(new FakeDelivery(run.RunId, 2), Cancel));

        var record = await Find(storage, run);
        Assert.Equal(RunState.Succeeded, record.State);
        Assert.Equal(finished.Result, record.Result, SameFigures);
    }

    [Fact]
    public async Task A_cancelled_run_is_left_alone()
    {
        var storage = await azurite.NewPipelineAccountAsync();
        var run = await SeededRun.CreateAsync(storage, Cancel);
        await new RunCancellation(storage, TimeProvider.System).CancelAsync(run.RunId, by: null, reason: null, Cancel);
        var delivery = new FakeDelivery(run.RunId);

        Assert.Equal(JobOutcome.Done, await Job(storage).HandleAsync(delivery, Cancel));

        Assert.Equal("complete", delivery.Settled);
        Assert.Equal(0, (await Find(storage, run)).Attempt);
    }

    [Fact]
    public async Task A_run_cancelled_while_it_trains_ends_and_stays_cancelled()
    {
        var storage = await azurite.NewPipelineAccountAsync();
        var run = await SeededRun.CreateAsync(storage, Cancel, options: new RunOptions { NumTrainEpochs = 1_000 });
        var delivery = new FakeDelivery(run.RunId);
        var working = Job(storage).HandleAsync(delivery, Cancel);
        while ((await Find(storage, run)).Progress?.Step is null or 0)
            await Task.Delay(20, Cancel);

        var cancelled = await new RunCancellation(storage, TimeProvider.System).CancelAsync(run.RunId, "anna", "wrong file", Cancel);

        Assert.Equal(JobOutcome.Done, await working);
        Assert.Equal("complete", delivery.Settled);
        Assert.Equivalent(cancelled, await Find(storage, run));
        Assert.Equal("Cancelled by anna: wrong file", cancelled.Failure!.Message);
        Assert.Empty(await Checkpoints(storage, run));
        Assert.Null(await new ModelStore(storage).FindManifestAsync("mail", run.Version, Cancel));
    }

    [Fact]
    public async Task A_trainer_that_seldom_writes_still_sees_at_once_that_its_run_is_cancelled()
    {
        var storage = await azurite.NewPipelineAccountAsync();
        var run = await SeededRun.CreateAsync(storage, Cancel, options: new RunOptions { NumTrainEpochs = 1_000 });
        var working = Job(storage, heartbeat: TimeSpan.FromDays(1)).HandleAsync(new FakeDelivery(run.RunId), Cancel);
        while ((await Checkpoints(storage, run)).Count == 0)
            await Task.Delay(20, Cancel);

        await new RunCancellation(storage, TimeProvider.System).CancelAsync(run.RunId, by: null, reason: null, Cancel);

        Assert.Equal(JobOutcome.Done, await working);
        Assert.Empty(await Checkpoints(storage, run));
    }

    [Fact]
    public async Task A_run_whose_trainers_are_all_killed_before_they_get_anywhere_is_given_up_with_a_reason()
    {
        var storage = await azurite.NewPipelineAccountAsync();
        var run = await SeededRun.CreateAsync(storage, Cancel);
        // As five trainers leave it that were killed while they read the data.
        await new RunStore(storage).UpdateAsync(run.RunId, r => r with { State = RunState.Training, Attempt = 5, AttemptsWithoutProgress = 5, Owner = "gone" }, Cancel);
        var delivery = new FakeDelivery(run.RunId, 6);

        Assert.Equal(JobOutcome.Failed, await Job(storage).HandleAsync(delivery, Cancel));

        Assert.Equal("dead-letter: retries-exhausted", delivery.Settled);
        Assert.Contains("5 attempts in a row", (await Find(storage, run)).Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_gets_further_each_time_is_never_given_up()
    {
        var storage = await azurite.NewPipelineAccountAsync();
        var run = await SeededRun.CreateAsync(storage, Cancel, options: new RunOptions { NumTrainEpochs = 1_000 });
        var attempts = new List<int>();
        for (var delivery = 1; delivery <= 7; delivery++)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            var known = (await Checkpoints(storage, run)).Order().ToList();
            var working = Job(storage).HandleAsync(new FakeDelivery(run.RunId, delivery), stop.Token);
            while ((await Checkpoints(storage, run)).Order().SequenceEqual(known))
                await Task.Delay(5, Cancel);
            attempts.Add((await Find(storage, run)).AttemptsWithoutProgress);
            await stop.CancelAsync();
            Assert.Equal(JobOutcome.Stopped, await working);
            // As if it had been killed rather than stopped.
            await new RunStore(storage).UpdateAsync(run.RunId, r => r with { AttemptsWithoutProgress = r.AttemptsWithoutProgress + 1 }, Cancel);
        }

        Assert.Equal([1, 1, 1, 1, 1, 1, 1], attempts);
    }

    [Fact]
    public async Task A_lost_lock_stops_the_trainer_before_it_publishes_and_settles_nothing()
    {
        var storage = await azurite.NewPipelineAccountAsync();
        var run = await SeededRun.CreateAsync(storage, Cancel, options: new RunOptions { NumTrainEpochs = 1_000 });
        var delivery = new FakeDelivery(run.RunId);
        var working = Job(storage).HandleAsync(delivery, Cancel);
        while ((await Find(storage, run)).Progress?.Step is null or 0)
            await Task.Delay(20, Cancel);

        delivery.LoseLock = true;

        Assert.Equal(JobOutcome.Lost, await working);
        Assert.Null(delivery.Settled);
    }

    [Fact]
    public async Task A_trainer_whose_run_was_taken_over_writes_nothing_more()
    {
        var storage = await azurite.NewPipelineAccountAsync();
        var run = await SeededRun.CreateAsync(storage, Cancel, options: new RunOptions { NumTrainEpochs = 1_000 });
        var working = Job(storage).HandleAsync(new FakeDelivery(run.RunId), Cancel);
        while ((await Find(storage, run)).Progress?.Step is null or 0)
            await Task.Delay(20, Cancel);

        await new RunStore(storage).UpdateAsync(run.RunId, r => r with { Owner = "another" }, Cancel);

        Assert.Equal(JobOutcome.Lost, await working);
        Assert.Equal("another", (await Find(storage, run)).Owner);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_checkpoint_that_storage_has_damaged_is_passed_over_with_a_warning_and_the_run_ends_as_ever(int damaged)
    {
        var undisturbed = await azurite.NewPipelineAccountAsync();
        var run = await SeededRun.CreateAsync(undisturbed, Cancel);
        await Job(undisturbed).HandleAsync(new FakeDelivery(run.RunId), Cancel);

        var storage = await azurite.NewPipelineAccountAsync();
        await SeededRun.CreateAsync(storage, Cancel);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var working = Job(storage).HandleAsync(new FakeDelivery(run.RunId), stop.Token);
        while ((await Checkpoints(storage, run)).Count(n => n.EndsWith(".safetensors", StringComparison.Ordinal)) < 2)
            await Task.Delay(5, Cancel);
        await stop.CancelAsync();
        await working;
        var blobs = storage.GetBlobContainerClient(BlobLayout.Runs);
        // Their names begin with the step.
        foreach (var name in (await Checkpoints(storage, run)).Where(n => n.EndsWith(".safetensors", StringComparison.Ordinal)).OrderDescending().Take(damaged))
            await blobs.GetBlobClient(name).UploadAsync(BinaryData.FromString("no tensors"), overwrite: true, Cancel);

        Assert.Equal(JobOutcome.Done, await Job(storage).HandleAsync(new FakeDelivery(run.RunId, 2), Cancel));

        var events = (await blobs.GetBlobClient(BlobLayout.Events(run.RunId)).DownloadContentAsync(Cancel)).Value.Content.ToString();
        Assert.Equal(damaged, events.Split("is passed over").Length - 1);
        Assert.Equal(damaged == 1, events.Contains("Going on from step", StringComparison.Ordinal));
        Assert.Equal(await Weights(undisturbed, run), await Weights(storage, run));
    }

    [Fact]
    public async Task A_message_without_a_run_is_dropped()
    {
        var storage = await azurite.NewPipelineAccountAsync();
        var delivery = new FakeDelivery("nobody-0123456789ab");

        Assert.Equal(JobOutcome.Done, await Job(storage).HandleAsync(delivery, Cancel));

        Assert.Equal("complete", delivery.Settled);
    }

    [Fact]
    public async Task A_damaged_shard_fails_the_run_with_a_reason_and_the_message_is_dead_lettered()
    {
        var storage = await azurite.NewPipelineAccountAsync();
        var run = await SeededRun.CreateAsync(storage, Cancel);
        await storage.GetBlobContainerClient(BlobLayout.Runs).GetBlobClient($"{run.RunId}/train-00000.arrow")
            .UploadAsync(BinaryData.FromString("no shard"), overwrite: true, Cancel);
        var delivery = new FakeDelivery(run.RunId);

        Assert.Equal(JobOutcome.Failed, await Job(storage).HandleAsync(delivery, Cancel));

        Assert.Equal("dead-letter: unreadable-run-data", delivery.Settled);
        var record = await Find(storage, run);
        Assert.Equal(RunState.Failed, record.State);
        Assert.Equal("unreadable-run-data", record.Failure!.Code);
        Assert.NotNull(record.Failure.Fix);
    }

    [Fact]
    public async Task A_base_model_that_is_not_there_fails_the_run()
    {
        var storage = await azurite.NewPipelineAccountAsync();
        var run = await SeededRun.CreateAsync(storage, Cancel, options: new RunOptions { BaseModel = "no-such-model" });
        var delivery = new FakeDelivery(run.RunId);

        Assert.Equal(JobOutcome.Failed, await Job(storage).HandleAsync(delivery, Cancel));

        Assert.Equal("unusable-base-model", (await Find(storage, run)).Failure!.Code);
    }

    [Fact]
    public async Task An_unforeseen_error_is_tried_again_five_times()
    {
        var storage = await azurite.NewPipelineAccountAsync();
        var run = await SeededRun.CreateAsync(storage, Cancel);
        await new RunStore(storage).UpdateAsync(run.RunId, r => r with { Ingest = null }, Cancel);

        var settled = new List<string?>();
        for (var count = 1; settled.LastOrDefault() is null or "abandon"; count++)
        {
            var delivery = new FakeDelivery(run.RunId, count);
            await Job(storage).HandleAsync(delivery, Cancel);
            settled.Add(delivery.Settled);
        }

        Assert.Equal(["abandon", "abandon", "abandon", "abandon", "dead-letter: retries-exhausted"], settled);
        Assert.Equal("retries-exhausted", (await Find(storage, run)).Failure!.Code);
    }

    private static TrainingJob Job(BlobServiceClient storage, TimeSpan? heartbeat = null) => new(
        storage,
        new RecordingQueue(),
        new TrainerOptions
        {
            HeartbeatInterval = heartbeat ?? TimeSpan.FromMilliseconds(100),
            WatchInterval = TimeSpan.FromMilliseconds(100),
            CheckpointInterval = TimeSpan.Zero,
            Threads = 1,
        },
        TimeProvider.System,
        NullLoggerFactory.Instance);

    private static async Task<RunRecord> Find(BlobServiceClient storage, RunRecord run) =>
        (await new RunStore(storage).FindAsync(run.RunId, Cancel))!;

    private static async Task<string> Weights(BlobServiceClient storage, RunRecord run) =>
        (await new ModelStore(storage).FindManifestAsync("mail", run.Version, Cancel))!
            .Files.Single(f => f.Path == "model.safetensors").Sha256;

    private static async Task<List<string>> Checkpoints(BlobServiceClient storage, RunRecord run) =>
        await storage.GetBlobContainerClient(BlobLayout.Runs)
            .GetBlobsAsync(prefix: BlobLayout.Checkpoints(run.RunId), traits: default, states: default, cancellationToken: Cancel)
            .Select(b => b.Name).ToListAsync(Cancel);

    private static bool SameFigures(RunResult? a, RunResult? b) =>
        a! with { Baselines = null! } == b! with { Baselines = null! } && a.Baselines.OrderBy(x => x.Key).SequenceEqual(b.Baselines.OrderBy(x => x.Key));
}
