using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Core.Costs;
using Pipeline.Core.Models;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.IntegrationTests.Fixtures;
using Pipeline.IntegrationTests.Ingestion;
using Pipeline.Tests.Messaging;
using Pipeline.Trainer;
using Pipeline.Trainer.Checkpoints;
using Pipeline.Trainer.Jobs;

namespace Pipeline.IntegrationTests.Training;

/// <summary>A trainer that loses its message, and another that has it now: the loser writes nothing more.</summary>
[Collection(nameof(InProcessTraining))]
public sealed class LostLockTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Cut_off_from_the_broker_it_stops_and_settles_nothing_and_the_message_is_anothers()
    {
        await using var broker = await TrainingRig.StartBrokerAsync(lockDuration: TimeSpan.FromSeconds(2));
        var rig = await TrainingRig.CreateAsync(azurite, broker, new RunOptions { NumTrainEpochs = 1_000 }, Cancel);
        using var network = new TcpRelay(broker.Address);
        await using var queue = TrainingRig.OpenQueue(network.Address);
        var delivery = await queue.ReceiveAsync(TimeSpan.FromMinutes(1), Cancel);
        var working = Job(rig.Storage).HandleAsync(delivery!, Cancel);
        while ((await rig.CheckpointsAsync(Cancel)).Count == 0)
            await Task.Delay(20, Cancel);

        network.Dispose();

        Assert.Equal(JobOutcome.Lost, await working);
        Assert.Empty(await BlobsAsync(rig.Storage, BlobLayout.Models));
        await using var others = TrainingRig.OpenQueue(broker.Address);
        var again = await others.ReceiveAsync(TimeSpan.FromMinutes(1), Cancel);
        Assert.Equal((rig.Run.RunId, 2), (again!.Request.RunId, again.DeliveryCount));
        await again.CompleteAsync(Cancel);
    }

    // What the loser may be about to write when another trainer takes the run.
    public static TheoryData<string, string, bool> Moments => new()
    {
        { "PUT", "/run\\.json$", false }, // a heartbeat
        { "PUT", "/checkpoints/latest\\.json$", true },
        { "PUT", "/README\\.md$", true }, // the version's files
        { "PUT", "/manifest\\.json$", true },
        { "PUT", "/production\\.json$", true },
    };

    [Theory]
    [MemberData(nameof(Moments))]
    public async Task Held_up_while_another_takes_the_run_it_writes_the_record_no_more_and_leaves_nothing_half(string method, string path, bool before)
    {
        var connection = azurite.NewAccount();
        var storage = await AzuriteFixture.PrepareAsync(connection);
        var run = await SeededRun.CreateAsync(storage, Cancel);
        await using var gate = await StorageGate.StartAsync(connection, new StoragePoint(method, path, before), Cancel);
        var delivery = new FakeDelivery(run.RunId);
        var loser = Job(new BlobServiceClient(gate.ConnectionString)).HandleAsync(delivery, Cancel);
        await gate.Reached;

        var runs = new RunStore(storage);
        await new RunOwnership(runs, new CheckpointStore(storage, BlobLayout.Checkpoints(run.RunId)), run.RunId, "another", new UsageMeter(TimeProvider.System, new RateOptions()), TimeProvider.System).ClaimAsync(Cancel);
        var taken = await runs.FindAsync(run.RunId, Cancel);
        gate.Release();

        Assert.Equal(JobOutcome.Lost, await loser);
        Assert.Null(delivery.Settled);
        Assert.Equivalent(taken, await runs.FindAsync(run.RunId, Cancel));

        // Whatever the loser had written before, the one that has the run now ends it with one whole version.
        Assert.Equal(JobOutcome.Done, await Job(storage).HandleAsync(new FakeDelivery(run.RunId, 2), Cancel));
        var version = Assert.Single(await new ModelStore(storage).ListVersionsAsync("mail", Cancel));
        Assert.Equal((run.Version, run.RunId), (version.Version, version.RunId));
        Assert.Equal(run.Version, (await new ModelStore(storage).FindProductionAsync("mail", Cancel))!.Pointer.Version);
    }

    private static TrainingJob Job(BlobServiceClient storage) => new(
        storage,
        new RecordingQueue(),
        new TrainerOptions
        {
            HeartbeatInterval = TimeSpan.FromMilliseconds(100),
            WatchInterval = TimeSpan.FromMilliseconds(100),
            CheckpointInterval = TimeSpan.Zero,
            Threads = 1,
        },
        TimeProvider.System,
        NullLoggerFactory.Instance);

    private static async Task<List<string>> BlobsAsync(BlobServiceClient storage, string container) =>
        await storage.GetBlobContainerClient(container).GetBlobsAsync(cancellationToken: Cancel).Select(b => b.Name).ToListAsync(Cancel);
}
