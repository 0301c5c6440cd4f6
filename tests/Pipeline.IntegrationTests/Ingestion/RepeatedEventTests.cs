using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.IntegrationTests.Fixtures;

namespace Pipeline.IntegrationTests.Ingestion;

public sealed class RepeatedEventTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly IOException Crash = new("The process died here.");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_event_again_changes_nothing()
    {
        var rig = await IngestRig.StartAsync(azurite);
        var run = await rig.DropAsync("spam.csv", IngestRig.Csv());
        var artifacts = await rig.ArtifactsAsync(run.RunId);

        await rig.HandleAsync("spam.csv");

        Assert.Equal(run.QueuedAt, Assert.Single(await rig.Runs.ListAsync(Token)).QueuedAt);
        Assert.Single(rig.Queue.Sent);
        Assert.Equal(artifacts, await rig.ArtifactsAsync(run.RunId));
    }

    [Fact]
    public async Task A_changed_file_starts_a_second_run_and_leaves_the_first_alone()
    {
        var rig = await IngestRig.StartAsync(azurite);
        var first = await rig.DropAsync("spam.csv", IngestRig.Csv());

        await rig.DropAsync("spam.csv", IngestRig.Csv(flavour: " again"));

        var runs = await rig.Runs.ListAsync(Token);
        Assert.Equal(2, runs.Count);
        Assert.All(runs, run => Assert.Equal(RunState.Queued, run.State));
        Assert.Contains(runs, run => run.RunId == first.RunId);
        Assert.Equal(2, rig.Queue.Sent.Count);
    }

    [Fact]
    public async Task Two_processes_with_the_same_event_end_in_one_run_with_one_set_of_shards()
    {
        var rig = await IngestRig.StartAsync(azurite);
        await rig.UploadAsync("spam.csv", IngestRig.Csv(400));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => rig.NewIngestion().HandleAsync("spam.csv", Token), Token)));

        var run = Assert.Single(await rig.Runs.ListAsync(Token));
        Assert.Equal(RunState.Queued, run.State);
        Assert.All(rig.Queue.Sent, message => Assert.Equal(run.RunId, message.RunId));
        var rows = 0;
        foreach (var split in run.Ingest!.Splits)
            rows += (await rig.ExamplesAsync(run, split.Key)).Count;
        Assert.Equal(400, rows);
    }

    [Fact]
    public async Task An_attempt_that_dies_before_its_message_is_finished_by_the_next()
    {
        var rig = await IngestRig.StartAsync(azurite);
        await rig.UploadAsync("spam.csv", IngestRig.Csv());
        rig.Queue.BeforeSend = _ => throw Crash;
        await Assert.ThrowsAsync<IOException>(() => rig.HandleAsync("spam.csv"));
        var half = Assert.Single(await rig.Runs.ListAsync(Token));
        var artifacts = await rig.ArtifactsAsync(half.RunId);
        rig.Queue.BeforeSend = _ => Task.CompletedTask;

        await rig.HandleAsync("spam.csv");

        var run = Assert.Single(await rig.Runs.ListAsync(Token));
        Assert.Equal((RunState.Validating, RunState.Queued, half.Version), (half.State, run.State, run.Version));
        Assert.Equal(artifacts, await rig.ArtifactsAsync(run.RunId));
        Assert.Single(rig.Queue.Sent);
    }

    [Fact]
    public async Task An_attempt_that_dies_after_its_message_sends_the_same_message_again()
    {
        var rig = await IngestRig.StartAsync(azurite);
        await rig.UploadAsync("spam.csv", IngestRig.Csv());
        rig.Queue.AfterSend = _ => throw Crash;
        await Assert.ThrowsAsync<IOException>(() => rig.HandleAsync("spam.csv"));
        rig.Queue.AfterSend = _ => Task.CompletedTask;

        await rig.HandleAsync("spam.csv");

        var run = Assert.Single(await rig.Runs.ListAsync(Token));
        Assert.Equal(RunState.Queued, run.State);
        Assert.Equal([run.RunId, run.RunId], rig.Queue.Sent.Select(m => m.RunId));
    }

    [Fact]
    public async Task A_trainer_that_is_faster_than_ingest_is_not_set_back()
    {
        var rig = await IngestRig.StartAsync(azurite);
        await rig.UploadAsync("spam.csv", IngestRig.Csv());
        rig.Queue.AfterSend = message => rig.Runs.UpdateAsync(message.RunId, r => r with { State = RunState.Training }, Token);

        await rig.HandleAsync("spam.csv");

        Assert.Equal(RunState.Training, Assert.Single(await rig.Runs.ListAsync(Token)).State);
    }

    [Fact]
    public async Task A_second_attempt_keeps_to_the_options_of_the_first()
    {
        var rig = await IngestRig.StartAsync(azurite);
        await rig.UploadAsync("spam.options.json", """{"vocabulary_size":300,"seed":1}""");
        await rig.UploadAsync("spam.csv", IngestRig.Csv());
        rig.Queue.BeforeSend = _ => throw Crash;
        await Assert.ThrowsAsync<IOException>(() => rig.HandleAsync("spam.csv"));
        rig.Queue.BeforeSend = _ => Task.CompletedTask;
        await rig.Storage.GetBlobContainerClient(BlobLayout.Datasets).DeleteBlobAsync("spam.options.json", cancellationToken: Token);

        await rig.HandleAsync("spam.csv");

        // Shards of the first attempt stand; another vocabulary or split would not fit them.
        var run = Assert.Single(await rig.Runs.ListAsync(Token));
        Assert.Equal((300, 1), (run.Options.VocabularySize, run.Options.Seed));
        Assert.True(run.Ingest!.VocabularySize <= 300);
    }

    [Fact]
    public async Task A_run_whose_upload_was_replaced_after_it_died_is_cancelled()
    {
        var rig = await IngestRig.StartAsync(azurite);
        await rig.UploadAsync("spam.csv", IngestRig.Csv());
        rig.Queue.BeforeSend = _ => throw Crash;
        await Assert.ThrowsAsync<IOException>(() => rig.HandleAsync("spam.csv"));
        rig.Queue.BeforeSend = _ => Task.CompletedTask;
        var dead = Assert.Single(await rig.Runs.ListAsync(Token));

        await rig.DropAsync("spam.csv", IngestRig.Csv(flavour: " again"));

        var cancelled = await rig.Runs.FindAsync(dead.RunId, Token);
        Assert.Equal((RunState.Cancelled, "superseded"), (cancelled!.State, cancelled.Failure!.Code));
        Assert.NotEqual(dead.RunId, Assert.Single(rig.Queue.Sent).RunId);
    }

    [Fact]
    public async Task An_event_of_a_blob_that_is_gone_does_nothing()
    {
        var rig = await IngestRig.StartAsync(azurite);

        Assert.Contains("gone", await rig.HandleAsync("spam.csv"), StringComparison.Ordinal);
        Assert.Empty(await rig.Runs.ListAsync(Token));
    }
}
