using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Core.Messaging;
using Pipeline.Core.Runs;
using Pipeline.Core.Sweeps;
using Pipeline.IntegrationTests.Fixtures;
using Pipeline.Local.Broker;

namespace Pipeline.IntegrationTests.Training;

public sealed class SweepProcessTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    // Long enough that two trainers are at work at once.
    private static readonly RunOptions Options = SweepRig.Options with { NumTrainEpochs = 8 };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Six_trials_on_two_trainers_of_which_one_is_killed_end_as_on_one_trainer_that_is_left_alone()
    {
        await using var broker = await EmbeddedBroker.StartAsync(new EmbeddedBrokerOptions { MaxDeliveryCount = 100 }, TimeProvider.System);
        var (alone, account) = await NewSweepAsync(broker, Options);
        using (TrainerProcess.Start(account, broker.Address, "--watch"))
            await EndAsync(alone, broker);

        (var rig, account) = await NewSweepAsync(broker, Options);
        using var first = TrainerProcess.Start(account, broker.Address, "--watch");
        using var second = TrainerProcess.Start(account, broker.Address, "--watch");
        while ((await TrialsAsync(rig)).Count(t => t is { State: TrialState.Training, Progress.Step: > 0 }) < 2)
        {
            Assert.False(first.HasExited || second.HasExited);
            await Task.Delay(10, Cancel);
        }

        first.Kill();
        using var third = TrainerProcess.Start(account, broker.Address, "--watch");
        await EndAsync(rig, broker);

        var (expected, run) = (WithoutCost(await alone.FindAsync()), WithoutCost(await rig.FindAsync()));
        Assert.Equivalent(expected, run);
        Assert.Equal(4, run.Trials.Count(t => t.State == TrialState.Stopped));
        Assert.Equal(await alone.WeightsAsync(), await rig.WeightsAsync());
        Assert.Single(await rig.ManifestsAsync());
        Assert.Empty(await rig.CheckpointsAsync());
        Assert.Contains(await TrialsAsync(rig), t => t.Attempt > t.Results.Count);
        Assert.Equal(0, broker.Counts(Queue).DeadLettered);
    }

    [Fact]
    public async Task A_sweep_whose_trainer_is_killed_at_random_moments_ends_as_one_that_is_left_alone()
    {
        await using var broker = await EmbeddedBroker.StartAsync(new EmbeddedBrokerOptions { MaxDeliveryCount = 100 }, TimeProvider.System);
        var (alone, account) = await NewSweepAsync(broker, SweepRig.Options);
        using (TrainerProcess.Start(account, broker.Address, "--watch"))
            await EndAsync(alone, broker);

        (var rig, account) = await NewSweepAsync(broker, SweepRig.Options);
        var random = new Random(4);
        for (var kill = 0; kill < 8; kill++)
        {
            // Some of these come before a trial has got any further, and by themselves such trials are given up after five.
            using var trainer = TrainerProcess.Start(account, broker.Address, "--watch", maxAttempts: 100);
            await Task.Delay(random.Next(500, 5_000), Cancel);
            trainer.Kill();
        }

        using (TrainerProcess.Start(account, broker.Address, "--watch", maxAttempts: 100))
            await EndAsync(rig, broker);

        Assert.Equivalent(WithoutCost(await alone.FindAsync()), WithoutCost(await rig.FindAsync()));
        Assert.Equal(await alone.WeightsAsync(), await rig.WeightsAsync());
        Assert.Single(await rig.ManifestsAsync());
        Assert.Equal(0, broker.Counts(Queue).DeadLettered);
    }

    private static string Queue => new QueueOptions().EntityPath;

    // Times differ, and a trainer that is killed does some of its work in vain.
    private static SweepProgress WithoutCost(RunRecord run) =>
        run.Sweep! with { Trials = [.. run.Sweep!.Trials.Select(t => t with { Usage = null })] };

    private static Task<IReadOnlyList<TrialRecord>> TrialsAsync(SweepRig rig) => rig.Trials.ListAsync(Enumerable.Range(1, 6), Cancel);

    private async Task<(SweepRig Rig, string Account)> NewSweepAsync(EmbeddedBroker broker, RunOptions options)
    {
        var account = azurite.NewAccount();
        var storage = await AzuriteFixture.PrepareAsync(account);
        // Another run id for each, because the broker drops a second message of the same id.
        var rig = await SweepRig.StartAsync(storage, options, $"mail-{Guid.NewGuid():N}"[..17]);
        await using var queue = TrainingQueueFactory.Create(new QueueOptions { Address = broker.Address }, TimeProvider.System, NullLoggerFactory.Instance);
        while (rig.Queue.Take() is { } message)
            await queue.SendAsync(message, Cancel);
        return (rig, account);
    }

    // The last message is settled after all else is done.
    private static async Task EndAsync(SweepRig rig, EmbeddedBroker broker)
    {
        RunRecord run;
        while (!(run = await rig.FindAsync()).State.IsFinal() || broker.Counts(Queue) is not { Active: 0, Locked: 0 })
            await Task.Delay(50, Cancel);
        Assert.Equal((RunState.Succeeded, null), (run.State, run.Failure));
    }
}
