using System.Text.Json;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Core;
using Pipeline.Core.Messaging;
using Pipeline.Core.Metrics;
using Pipeline.Core.Models;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.Core.Sweeps;
using Pipeline.IntegrationTests.Ingestion;
using Pipeline.Trainer;
using Pipeline.Trainer.Jobs;

namespace Pipeline.IntegrationTests.Training;

/// <summary>A sweep as ingest leaves it, and a trainer in this process that is given its messages one after the other.</summary>
internal sealed class SweepRig
{
    private SweepRig(BlobServiceClient storage, RunRecord run) =>
        (Storage, Run, Trials) = (storage, run, new SweepStore(storage, run.RunId));

    /// <summary>Six trials, of which two go on to the second rung.</summary>
    public static RunOptions Options { get; } = new()
    {
        NumTrainEpochs = 3,
        Sweep = new SweepOptions { LearningRate = new SweepValues(1e-5, 3e-4, 3e-3), Dropout = new SweepValues(0.1, 0.3), Method = SweepMethod.Grid },
    };

    public BlobServiceClient Storage { get; }

    public RunRecord Run { get; }

    public SweepStore Trials { get; }

    /// <summary>What the trainer sends.</summary>
    public RecordingQueue Queue { get; } = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<SweepRig> StartAsync(BlobServiceClient storage, RunOptions? options = null, string runId = "mail-0123456789ab")
    {
        var rig = new SweepRig(storage, await SeededRun.CreateAsync(storage, Cancel, runId, options: options ?? Options));
        foreach (var trial in rig.Run.Sweep!.Trials)
            await rig.Queue.SendAsync(rig.Message(trial.Trial, 0), Cancel);
        return rig;
    }

    /// <summary>A run that is there.</summary>
    public static SweepRig Of(BlobServiceClient storage, RunRecord run) => new(storage, run);

    public TrainingRequest Message(int trial, int rung) => new(Run.RunId, "mail", trial, rung);

    /// <summary>Works on one message.</summary>
    public async Task<FakeDelivery> HandleAsync(TrainingRequest message, int deliveryCount = 1)
    {
        var delivery = new FakeDelivery(message, deliveryCount);
        await new TrainingJob(
            Storage,
            Queue,
            new TrainerOptions { HeartbeatInterval = TimeSpan.FromMilliseconds(100), CheckpointInterval = TimeSpan.Zero, Threads = 1 },
            TimeProvider.System,
            NullLoggerFactory.Instance).HandleAsync(delivery, Cancel);
        return delivery;
    }

    /// <summary>Works on all messages until there are no more.</summary>
    public async Task FinishAsync()
    {
        while (Queue.Take() is { } message)
            Assert.Equal("complete", (await HandleAsync(message)).Settled);
    }

    public async Task<RunRecord> FindAsync() => (await new RunStore(Storage).FindAsync(Run.RunId, Cancel))!;

    public async Task<TrialRecord> TrialAsync(int trial) => (await Trials.FindAsync(trial, Cancel))!;

    /// <summary>The hash of the published weights.</summary>
    public async Task<string> WeightsAsync() =>
        (await new ModelStore(Storage).FindManifestAsync("mail", Run.Version, Cancel))!.Files.Single(f => f.Path == "model.safetensors").Sha256;

    public async Task<MetricsReport> MetricsAsync()
    {
        var content = await Storage.GetBlobContainerClient(BlobLayout.Models).GetBlobClient(BlobLayout.Version("mail", Run.Version) + "metrics.json").DownloadContentAsync(Cancel);
        return JsonSerializer.Deserialize<MetricsReport>(content.Value.Content, PipelineJson.Indented)!;
    }

    /// <summary>The manifests there are of the model.</summary>
    public async Task<List<string>> ManifestsAsync() =>
        [.. (await BlobsAsync(BlobLayout.Models, "mail/")).Where(name => name.EndsWith("/manifest.json", StringComparison.Ordinal))];

    /// <summary>The checkpoints there are of any trial.</summary>
    public async Task<List<string>> CheckpointsAsync() =>
        [.. (await BlobsAsync(BlobLayout.Runs, BlobLayout.Trials(Run.RunId))).Where(name => name.Contains("/checkpoints/", StringComparison.Ordinal))];

    private async Task<List<string>> BlobsAsync(string container, string prefix) =>
        await Storage.GetBlobContainerClient(container).GetBlobsAsync(prefix: prefix, traits: default, states: default, cancellationToken: Cancel)
            .Select(b => b.Name).ToListAsync(Cancel);
}
