using Pipeline.Core.Models;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.IntegrationTests.Fixtures;
using Pipeline.Trainer.Checkpoints;

namespace Pipeline.IntegrationTests.Training;

public sealed class TrainerProcessTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task With_lora_too_a_run_whose_trainers_are_killed_ends_as_one_left_alone()
    {
        var options = new RunOptions { BaseModel = TinyBert.Name, NumTrainEpochs = 3, LoraR = 4 };
        await using var broker = await TrainingRig.StartBrokerAsync();
        var undisturbed = await TrainingRig.CreateAsync(azurite, broker, options, Cancel);
        await undisturbed.FinishAsync(Cancel);

        var rig = await TrainingRig.CreateAsync(azurite, broker, options, Cancel);
        var random = new Random(4);
        for (var kill = 0; kill < 4; kill++)
        {
            using var trainer = rig.StartTrainer();
            await Task.Delay(random.Next(100, 4_000), Cancel);
            trainer.Kill();
        }

        await rig.FinishAsync(Cancel);
        Assert.Equal(await WeightsAsync(undisturbed), await WeightsAsync(rig));
        Assert.Equal(0, broker.Counts(TrainingRig.Queue).DeadLettered);
    }

    [Fact]
    public async Task Told_to_stop_it_saves_where_it_stands_gives_the_message_back_and_exits_with_0()
    {
        await using var broker = await TrainingRig.StartBrokerAsync();
        var rig = await TrainingRig.CreateAsync(azurite, broker, new RunOptions { NumTrainEpochs = 1_000, PerDeviceTrainBatchSize = 1 }, Cancel);
        // The first epoch has 320 steps, and within it no checkpoint is due for an hour.
        using var trainer = rig.StartTrainer(checkpointInterval: TimeSpan.FromHours(1));
        int seen;
        while ((seen = (await rig.FindAsync(Cancel)).Progress?.Step ?? 0) == 0)
        {
            Assert.False(trainer.HasExited);
            await Task.Delay(50, Cancel);
        }

        trainer.Terminate();

        Assert.Equal(0, await trainer.ExitAsync(Cancel));
        var run = await rig.FindAsync(Cancel);
        Assert.Equal((RunState.Queued, 0), (run.State, run.AttemptsWithoutProgress));
        var saved = await new CheckpointStore(rig.Storage, BlobLayout.Checkpoints(run.RunId)).StepsAsync(Cancel);
        Assert.InRange(saved, seen, int.MaxValue);
        Assert.Equal(run.Progress!.Step, saved);
        await using var queue = TrainingRig.OpenQueue(broker.Address);
        var again = await queue.ReceiveAsync(TimeSpan.FromMinutes(1), Cancel);
        Assert.Equal(run.RunId, again?.Request.RunId);
        Assert.Equal(2, again!.DeliveryCount);
    }

    private static async Task<string> WeightsAsync(TrainingRig rig) =>
        (await new ModelStore(rig.Storage).FindManifestAsync("mail", rig.Run.Version, Cancel))!
            .Files.Single(f => f.Path == "model.safetensors").Sha256;
}
