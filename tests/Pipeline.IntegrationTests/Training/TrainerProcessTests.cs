using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Core.Messaging;
using Pipeline.Core.Models;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.IntegrationTests.Fixtures;
using Pipeline.Local.Broker;

namespace Pipeline.IntegrationTests.Training;

public sealed class TrainerProcessTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string Queue = "training-requests";
    private readonly RunOptions _options = new() { NumTrainEpochs = 3 };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, InlineData(false, 8), InlineData(true, 4)]
    public async Task Killed_at_random_moments_and_started_again_it_ends_in_the_same_succeeded_run(bool isBertWithLora, int kills)
    {
        var options = isBertWithLora ? new RunOptions { BaseModel = TinyBert.Name, NumTrainEpochs = 3, LoraR = 4 } : _options;
        await using var broker = await StartBrokerAsync();
        var undisturbed = await NewRunAsync(broker, options);
        await FinishAsync(undisturbed, broker);

        var (connection, storage, run) = await NewRunAsync(broker, options);
        var random = new Random(4);
        for (var kill = 0; kill < kills; kill++)
        {
            using var trainer = TrainerProcess.Start(connection, broker.Address);
            await Task.Delay(random.Next(100, 4_000), Cancel);
            trainer.Kill();
        }

        await FinishAsync((connection, storage, run), broker);

        var record = await Find(storage, run);
        Assert.Equal(RunState.Succeeded, record.State);
        Assert.Equal(await Weights(undisturbed.Storage, undisturbed.Run), await Weights(storage, run));
        Assert.Single(await Manifests(storage));
        Assert.Equal(0, broker.Counts(Queue).DeadLettered);
    }

    [Fact]
    public async Task Told_to_stop_it_gives_the_message_back_and_exits_with_0()
    {
        await using var broker = await StartBrokerAsync();
        var (connection, storage, run) = await NewRunAsync(broker, new RunOptions { NumTrainEpochs = 1_000 });
        using var trainer = TrainerProcess.Start(connection, broker.Address);
        while ((await Find(storage, run)).Progress?.Step is null or 0)
        {
            Assert.False(trainer.HasExited);
            await Task.Delay(50, Cancel);
        }

        trainer.Terminate();

        Assert.Equal(0, await trainer.ExitAsync(Cancel));
        Assert.Equal(RunState.Queued, (await Find(storage, run)).State);
        await using var queue = TrainingQueueFactory.Create(Options(broker), TimeProvider.System, NullLoggerFactory.Instance);
        var again = await queue.ReceiveAsync(TimeSpan.FromMinutes(1), Cancel);
        Assert.Equal(run.RunId, again?.Request.RunId);
        Assert.Equal(2, again!.DeliveryCount);
    }

    private static Task<EmbeddedBroker> StartBrokerAsync() =>
        EmbeddedBroker.StartAsync(new EmbeddedBrokerOptions { MaxDeliveryCount = 100 }, TimeProvider.System);

    private static QueueOptions Options(EmbeddedBroker broker) => new() { Address = broker.Address, EntityPath = Queue };

    private async Task<(string Connection, BlobServiceClient Storage, RunRecord Run)> NewRunAsync(EmbeddedBroker broker, RunOptions? options = null)
    {
        var connection = azurite.NewAccount();
        var storage = new BlobServiceClient(connection);
        foreach (var container in BlobLayout.Containers)
            await storage.CreateBlobContainerAsync(container, cancellationToken: Cancel);
        // Another run id for each, because the broker drops a second message of the same id.
        var tokenizer = options?.BaseModel is null ? null : await TinyBert.UploadAsync(storage, Cancel);
        var run = await SeededRun.CreateAsync(storage, Cancel, $"mail-{Guid.NewGuid():N}"[..17], options: options ?? _options, tokenizer: tokenizer);
        await using var queue = TrainingQueueFactory.Create(Options(broker), TimeProvider.System, NullLoggerFactory.Instance);
        await queue.SendAsync(new TrainingRequest(run.RunId, run.ModelName), Cancel);
        return (connection, storage, run);
    }

    private static async Task FinishAsync((string Connection, BlobServiceClient Storage, RunRecord Run) pipeline, EmbeddedBroker broker)
    {
        using var trainer = TrainerProcess.Start(pipeline.Connection, broker.Address);
        var code = await trainer.ExitAsync(Cancel);
        Assert.True(code == 0, await trainer.Output);
        Assert.Equal(RunState.Succeeded, (await Find(pipeline.Storage, pipeline.Run)).State);
    }

    private static async Task<RunRecord> Find(BlobServiceClient storage, RunRecord run) =>
        (await new RunStore(storage).FindAsync(run.RunId, Cancel))!;

    private static async Task<List<string>> Manifests(BlobServiceClient storage) =>
        await storage.GetBlobContainerClient(BlobLayout.Models)
            .GetBlobsAsync(prefix: "mail/", traits: default, states: default, cancellationToken: Cancel)
            .Select(b => b.Name).Where(n => n.EndsWith("/manifest.json", StringComparison.Ordinal)).ToListAsync(Cancel);

    private static async Task<string> Weights(BlobServiceClient storage, RunRecord run) =>
        (await new ModelStore(storage).FindManifestAsync("mail", run.Version, Cancel))!
            .Files.Single(f => f.Path == "model.safetensors").Sha256;
}
