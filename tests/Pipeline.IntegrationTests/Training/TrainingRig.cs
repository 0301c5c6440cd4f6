using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Core.Messaging;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.IntegrationTests.Fixtures;
using Pipeline.Local.Broker;

namespace Pipeline.IntegrationTests.Training;

/// <summary>A queued run in an account of its own, for trainers that are programs of their own.</summary>
/// <param name="Connection">The account.</param>
/// <param name="Storage">The same.</param>
/// <param name="Broker">Has the run's message.</param>
/// <param name="Run">The run as it was queued.</param>
internal sealed record TrainingRig(string Connection, BlobServiceClient Storage, EmbeddedBroker Broker, RunRecord Run)
{
    public const string Queue = "training-requests";

    /// <summary>A broker with the limits of <c>local</c> and of Azure.</summary>
    public static Task<EmbeddedBroker> StartBrokerAsync(TimeSpan? lockDuration = null, bool releaseOnLinkLoss = true) => EmbeddedBroker.StartAsync(
        new EmbeddedBrokerOptions
        {
            LockDuration = lockDuration ?? TimeSpan.FromMinutes(1),
            ReleaseOnLinkLoss = releaseOnLinkLoss,
            MaxDeliveryCounts = new Dictionary<string, int> { [Queue] = DeliveryLimits.TrainingRequests },
        },
        TimeProvider.System);

    public static async Task<TrainingRig> CreateAsync(AzuriteFixture azurite, EmbeddedBroker broker, RunOptions options, CancellationToken cancel)
    {
        var connection = azurite.NewAccount();
        var storage = await AzuriteFixture.PrepareAsync(connection);
        // Another run id for each, because the broker drops a second message of the same id. The version's name is the same.
        var tokenizer = options.BaseModel is null ? null : await TinyBert.UploadAsync(storage, cancel);
        var run = await SeededRun.CreateAsync(storage, cancel, $"mail-{Guid.NewGuid():N}"[..11] + "abcdef", options: options, tokenizer: tokenizer);
        await using var queue = OpenQueue(broker.Address);
        await queue.SendAsync(new TrainingRequest(run.RunId, run.ModelName), cancel);
        return new TrainingRig(connection, storage, broker, run);
    }

    public static ITrainingQueue OpenQueue(Uri broker) =>
        TrainingQueueFactory.Create(new QueueOptions { Address = broker, EntityPath = Queue }, TimeProvider.System, NullLoggerFactory.Instance);

    public TrainerProcess StartTrainer(string? connection = null, TimeSpan? checkpointInterval = null) =>
        TrainerProcess.Start(connection ?? Connection, Broker.Address, checkpointInterval: checkpointInterval);

    /// <summary>Has a trainer bring the run to its end.</summary>
    public async Task FinishAsync(CancellationToken cancel)
    {
        using var trainer = StartTrainer();
        var code = await trainer.ExitAsync(cancel);
        Assert.True(code == 0, await trainer.Output);
        Assert.Equal(RunState.Succeeded, (await FindAsync(cancel)).State);
    }

    public async Task<RunRecord> FindAsync(CancellationToken cancel) => (await new RunStore(Storage).FindAsync(Run.RunId, cancel))!;

    public async Task<List<string>> CheckpointsAsync(CancellationToken cancel) =>
        await Storage.GetBlobContainerClient(BlobLayout.Runs)
            .GetBlobsAsync(prefix: BlobLayout.Checkpoints(Run.RunId), traits: default, states: default, cancellationToken: cancel)
            .Select(b => b.Name).ToListAsync(cancel);
}
