using System.Security.Cryptography;
using Pipeline.Core.Models;
using Pipeline.Core.Runs;
using Pipeline.IntegrationTests.Fixtures;
using Pipeline.Local.Broker;

namespace Pipeline.IntegrationTests.Training;

/// <summary>One run and twenty trainers that are killed (SIGKILL) over all parts of the work, with the limits that the product ships with.</summary>
public sealed class KilledTrainerTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string Record = "/run\\.json$";
    private const string Tensors = "/checkpoints/.*\\.safetensors$";
    private const string Pointer = "/checkpoints/latest\\.json$";

    // Each with the longest time that the trainer then goes on computing, cut off from storage, before it is killed.
    private static readonly (StoragePoint Point, int MostMilliseconds)[] Kills =
    [
        (new("GET", "/train-00000\\.arrow$", Before: true), 0),
        (new("GET", "/test-00000\\.arrow$", Before: false), 300), // while the baselines are fitted
        (new("PUT", Tensors, Before: true), 0),
        (new("PUT", Pointer, Before: false), 0),
        (new("PUT", Tensors, Before: false), 0), // uploaded and not named
        (new("PUT", Pointer, Before: true), 20),
        (new("PUT", Pointer, Before: false), 200),
        (new("DELETE", Tensors, Before: true), 0), // named, and the oldest not deleted
        (new("DELETE", Tensors, Before: false), 100),
        (new("PUT", Pointer, Before: false), 300),
        (new("PUT", Record, Before: false, "\"stage\": \"train\""), 200),
        (new("PUT", Record, Before: false, "\"state\": \"evaluating\""), 0),
        (new("PUT", Record, Before: false, "\"state\": \"evaluating\""), 500), // while the test split is scored and the graphs are exported
        (new("PUT", "/README\\.md$", Before: true), 0),
        (new("PUT", "/model\\.safetensors$", Before: false), 0), // some of the version's files are there
        (new("PUT", Record, Before: false, "\"promote\": true"), 0), // decided on, and no manifest
        (new("PUT", "/manifest\\.json$", Before: false), 0), // between manifest and pointer
        (new("PUT", "/production\\.json$", Before: true), 0),
        (new("PUT", "/production\\.json$", Before: false), 0),
        (new("PUT", Record, Before: false, "\"state\": \"succeeded\""), 0), // nothing left but to clean up and to complete the message
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_whose_trainers_are_killed_twenty_times_ends_as_one_left_alone()
    {
        await using var broker = await TrainingRig.StartBrokerAsync();
        // Enough steps that none of the kills comes after the last checkpoint.
        var options = new RunOptions { NumTrainEpochs = 5, PerDeviceTrainBatchSize = 4 };
        var undisturbed = await TrainingRig.CreateAsync(azurite, broker, options, Cancel);
        await undisturbed.FinishAsync(Cancel);
        var rig = await TrainingRig.CreateAsync(azurite, broker, options, Cancel);

        var random = new Random(20);
        foreach (var (point, most) in Kills)
        {
            await KillAtAsync(rig, point, random.Next(most + 1));
            await AssertNothingIsHalfPublishedAsync(rig);
        }

        await rig.FinishAsync(Cancel);
        var run = await rig.FindAsync(Cancel);
        Assert.Equal((RunState.Succeeded, true), (run.State, run.Result!.BecameProduction));
        Assert.Equal(Kills.Length, run.Attempt); // the last trainer found the run finished and took nothing
        Assert.Equivalent((await undisturbed.FindAsync(Cancel)).Result, run.Result);
        Assert.Equal(await FilesAsync(undisturbed), await FilesAsync(rig));
        Assert.Equal(new QueueCounts(TrainingRig.Queue, 0, 0, 0), broker.Counts(TrainingRig.Queue));
        Assert.Empty(await rig.CheckpointsAsync(Cancel));
    }

    private static async Task KillAtAsync(TrainingRig rig, StoragePoint point, int milliseconds)
    {
        await using var gate = await StorageGate.StartAsync(rig.Connection, point, Cancel);
        using var trainer = rig.StartTrainer(gate.ConnectionString);
        var exited = trainer.ExitAsync(Cancel);
        if (await Task.WhenAny(gate.Reached, exited) == exited)
            Assert.Fail($"The trainer ended with {await exited} and never came to {point}:\n{await trainer.Output}");
        await Task.Delay(milliseconds, Cancel);
        trainer.Kill();
        await exited;
    }

    private static async Task AssertNothingIsHalfPublishedAsync(TrainingRig rig)
    {
        var models = new ModelStore(rig.Storage);
        var versions = await models.ListVersionsAsync("mail", Cancel);
        foreach (var version in versions)
        {
            foreach (var file in version.Files)
            {
                await using var content = await models.OpenReadAsync(version, file, Cancel);
                Assert.Equal(file.Sha256, Convert.ToHexStringLower(await SHA256.HashDataAsync(content, Cancel)));
            }
        }

        if (await models.FindProductionAsync("mail", Cancel) is { } production)
            Assert.Contains(production.Pointer.Version, versions.Select(v => v.Version));
    }

    private static async Task<IEnumerable<ModelFile>> FilesAsync(TrainingRig rig) =>
        Assert.Single(await new ModelStore(rig.Storage).ListVersionsAsync("mail", Cancel)).Files;
}
