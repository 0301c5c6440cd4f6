using Amqp.Framing;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Core.Runs;
using Pipeline.IntegrationTests.Fixtures;
using Pipeline.IntegrationTests.Ingestion;
using Pipeline.Local.Broker;
using Pipeline.Tests.Messaging;
using Pipeline.Trainer;
using Pipeline.Trainer.Jobs;

namespace Pipeline.IntegrationTests.Training;

/// <summary>A trainer whose way to the broker breaks in the middle of a run, at a broker whose locks outlive their links as on Azure.</summary>
[Collection(nameof(InProcessTraining))]
public sealed class LostLinkTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_run_goes_on_and_its_message_is_completed_over_the_management_node(bool connectionToo)
    {
        await using var broker = await TrainingRig.StartBrokerAsync(releaseOnLinkLoss: false);
        var rig = await TrainingRig.CreateAsync(azurite, broker, new RunOptions { NumTrainEpochs = 5, PerDeviceTrainBatchSize = 4 }, Cancel);
        using var network = new TcpRelay(broker.Address);
        await using var queue = TrainingRig.OpenQueue(network.Address);
        var delivery = await queue.ReceiveAsync(TimeSpan.FromMinutes(1), Cancel);
        var job = new TrainingJob(
            rig.Storage,
            new RecordingQueue(),
            new TrainerOptions { HeartbeatInterval = TimeSpan.FromMilliseconds(100), WatchInterval = TimeSpan.FromMilliseconds(100), CheckpointInterval = TimeSpan.Zero, Threads = 1 },
            TimeProvider.System,
            NullLoggerFactory.Instance);
        var working = job.HandleAsync(delivery!, Cancel);
        while ((await rig.CheckpointsAsync(Cancel)).Count == 0)
            await Task.Delay(20, Cancel);

        Assert.Equal(1, broker.Links.Detach(l => l.IsAt(TrainingRig.Queue), new Error("amqp:link:detach-forced")));
        if (connectionToo)
            network.Cut();
        Assert.False(working.IsCompleted);

        Assert.Equal(JobOutcome.Done, await working);
        Assert.Equal(new QueueCounts(TrainingRig.Queue, 0, 0, 0), broker.Counts(TrainingRig.Queue));
        var run = await rig.FindAsync(Cancel);
        // One attempt: the message was in one trainer's hands all the time.
        Assert.Equal((RunState.Succeeded, 1), (run.State, run.Attempt));
    }
}
