using System.Buffers.Binary;
using System.Text.Json;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Core;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.IntegrationTests.Fixtures;
using Pipeline.IntegrationTests.Ingestion;
using Pipeline.Trainer;
using Pipeline.Trainer.Jobs;
using Tensorboard;

namespace Pipeline.IntegrationTests.Training;

[Collection(nameof(InProcessTraining))]
public sealed class TelemetryTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_that_was_stopped_and_resumed_tells_what_it_did_in_its_log_and_in_a_chart_file_for_each_attempt()
    {
        var storage = await azurite.NewPipelineAccountAsync();
        var run = await SeededRun.CreateAsync(storage, Cancel);
        using (var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel))
        {
            var working = HandleAsync(storage, run, delivery: 1, stop.Token);
            while (!working.IsCompleted && (await Blobs(storage, BlobLayout.Checkpoints(run.RunId))).Count == 0)
                await Task.Delay(5, Cancel);
            await stop.CancelAsync();
            Assert.Equal(JobOutcome.Stopped, await working);
        }

        Assert.Equal(JobOutcome.Done, await HandleAsync(storage, run, delivery: 2, Cancel));

        var events = await Events(storage, run);
        var resumed = events.Single(e => e.Type == "checkpoint").Step!.Value;
        var last = events.Last(e => e.Type == "step");
        Assert.Equal(last.Step, (await new RunStore(storage).FindAsync(run.RunId, Cancel))!.Progress!.TotalSteps);
        Assert.Superset(
            new HashSet<string>
            {
                "loss", "grad_norm", "learning_rate", "epoch", "steps_per_second", "samples_per_second", "tokens_per_second", "padding", "mfu",
                "memory_bytes", "peak_memory_bytes", "seconds_left",
            },
            last.Metrics!.Keys.ToHashSet());
        Assert.InRange(last.Metrics["padding"], 0, 0.5);
        var epoch = events.Last(e => e.Type == "epoch").Metrics!;
        Assert.Superset(new HashSet<string> { "loss", "training_seconds", "validation_loss", "validation_accuracy", "validation_weighted_f1" }, epoch.Keys.ToHashSet());

        var files = (await Blobs(storage, BlobLayout.TensorBoard(run.RunId))).Order().ToList();
        Assert.Equal(2, files.Count);
        Assert.All(files, file => Assert.Contains("events.out.tfevents.", file, StringComparison.Ordinal));
        var charts = await Task.WhenAll(files.Select(file => Records(storage, file)));
        Assert.All(charts, records => Assert.Equal("brain.Event:2", records[0].FileVersion));
        var second = charts.Single(records => records.Any(r => r.SessionLog is not null && r.Step == resumed + 1));
        Assert.Contains("args/text_summary", Tags(second));
        Assert.Superset(new HashSet<string> { "train/loss", "train/grad_norm", "train/learning_rate", "eval/loss", "eval/accuracy", "test/macro_f1" }, Tags(second));
        var shown = second.Last(r => r.Summary?.Value.Any(v => v.Tag == "train/loss") == true);
        Assert.Equal((last.Step, (float)last.Metrics["loss"]), ((int)shown.Step, shown.Summary.Value.Single(v => v.Tag == "train/loss").SimpleValue));
    }

    private static Task<JobOutcome> HandleAsync(BlobServiceClient storage, RunRecord run, int delivery, CancellationToken stop) => new TrainingJob(
        storage,
        new RecordingQueue(),
        new TrainerOptions { HeartbeatInterval = TimeSpan.FromMilliseconds(50), CheckpointInterval = TimeSpan.Zero, Threads = 1 },
        TimeProvider.System,
        NullLoggerFactory.Instance).HandleAsync(new FakeDelivery(run.RunId, delivery), stop);

    private static async Task<List<string>> Blobs(BlobServiceClient storage, string folder) =>
        await storage.GetBlobContainerClient(BlobLayout.Runs)
            .GetBlobsAsync(prefix: folder, traits: default, states: default, cancellationToken: Cancel)
            .Select(b => b.Name).ToListAsync(Cancel);

    private static async Task<List<RunEvent>> Events(BlobServiceClient storage, RunRecord run)
    {
        var log = await storage.GetBlobContainerClient(BlobLayout.Runs).GetBlobClient(BlobLayout.Events(run.RunId)).DownloadContentAsync(Cancel);
        return [.. log.Value.Content.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<RunEvent>(line, PipelineJson.Compact)!)];
    }

    private static async Task<List<Event>> Records(BlobServiceClient storage, string file)
    {
        var bytes = (await storage.GetBlobContainerClient(BlobLayout.Runs).GetBlobClient(file).DownloadContentAsync(Cancel)).Value.Content.ToArray();
        var records = new List<Event>();
        for (var at = 0; at < bytes.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));
            records.Add(Event.Parser.ParseFrom(bytes, at + 12, length));
            at += 12 + length + 4;
        }

        return records;
    }

    private static HashSet<string> Tags(IEnumerable<Event> records) =>
        [.. records.Where(r => r.Summary is not null).SelectMany(r => r.Summary.Value).Select(v => v.Tag)];
}
