using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.Functions.Envelope;
using Pipeline.IntegrationTests.Fixtures;

namespace Pipeline.IntegrationTests.Ingestion;

/// <summary>What a user finds of an upload whose message the queue gave up.</summary>
public sealed class GivenUpUploadTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly IOException Crash = new("The process died here.");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_that_never_began_has_a_failed_run_that_names_the_file_and_says_what_to_do()
    {
        var rig = await IngestRig.StartAsync(azurite);
        await rig.UploadAsync("spam.csv", IngestRig.Csv());

        await GiveUpAsync(rig, "spam.csv", await ETagAsync(rig, "spam.csv"));

        var run = Assert.Single(await rig.Runs.ListAsync(Token));
        Assert.Equal((RunState.Failed, "spam", "ingest-failed"), (run.State, run.ModelName, run.Failure!.Code));
        Assert.Equal("'spam.csv' was not read in: the queue gave up its message (MaxDeliveryCountExceeded). Ten were too few.", run.Failure.Message);
        Assert.Contains("Upload the dataset again", run.Failure.Fix, StringComparison.Ordinal);
        Assert.NotNull(run.FinishedAt);
        // It is the upload's own run: a delivery that still comes finds it, and so does who waits for it.
        Assert.Contains("is failed (ingest-failed)", await rig.HandleAsync("spam.csv"), StringComparison.Ordinal);
        Assert.Equal(run.RunId, Assert.Single(await rig.Runs.ListAsync(Token)).RunId);
        Assert.Empty(rig.Queue.Sent);
    }

    [Fact]
    public async Task One_that_failed_half_way_fails_its_run()
    {
        var rig = await IngestRig.StartAsync(azurite);
        await rig.UploadAsync("spam.csv", IngestRig.Csv());
        rig.Queue.BeforeSend = _ => throw Crash;
        await Assert.ThrowsAsync<IOException>(() => rig.HandleAsync("spam.csv"));

        await GiveUpAsync(rig, "spam.csv", await ETagAsync(rig, "spam.csv"));

        var run = Assert.Single(await rig.Runs.ListAsync(Token));
        Assert.Equal((RunState.Failed, "ingest-failed"), (run.State, run.Failure!.Code));
    }

    [Fact]
    public async Task One_that_is_past_reading_is_left_alone()
    {
        var rig = await IngestRig.StartAsync(azurite);
        var run = await rig.DropAsync("spam.csv", IngestRig.Csv());

        Assert.Contains("is queued", await GiveUpAsync(rig, "spam.csv", run.Dataset.ETag), StringComparison.Ordinal);

        Assert.Equal(RunState.Queued, Assert.Single(await rig.Runs.ListAsync(Token)).State);
    }

    [Fact]
    public async Task One_whose_blob_is_gone_has_a_failed_run_all_the_same()
    {
        var rig = await IngestRig.StartAsync(azurite);

        await GiveUpAsync(rig, "spam.csv", "0x8D4BCC2E4835CD0");

        var run = Assert.Single(await rig.Runs.ListAsync(Token));
        Assert.Equal((RunState.Failed, "spam.csv", "0x8D4BCC2E4835CD0", 42), (run.State, run.Dataset.Blob, run.Dataset.ETag, run.Dataset.SizeBytes));
        Assert.StartsWith("20261127T0200", run.Version, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_was_replaced_fails_its_own_run_and_not_that_of_the_new_upload()
    {
        var rig = await IngestRig.StartAsync(azurite);
        await rig.UploadAsync("spam.csv", IngestRig.Csv());
        var old = await ETagAsync(rig, "spam.csv");
        await rig.DropAsync("spam.csv", IngestRig.Csv(flavour: " again"));

        await GiveUpAsync(rig, "spam.csv", old);

        var runs = (await rig.Runs.ListAsync(Token)).ToDictionary(r => r.Dataset.ETag, r => r.State);
        Assert.Equal(RunState.Failed, runs[old]);
        Assert.Equal(RunState.Queued, runs[await ETagAsync(rig, "spam.csv")]);
    }

    [Fact]
    public async Task A_folder_has_the_run_that_its_ready_file_would_have_begun()
    {
        var rig = await IngestRig.StartAsync(azurite);
        await rig.UploadAsync("mail/train.csv", IngestRig.Csv());
        await rig.UploadAsync("mail/_ready", "");

        await GiveUpAsync(rig, "mail/_ready", await ETagAsync(rig, "mail/_ready"));

        var run = Assert.Single(await rig.Runs.ListAsync(Token));
        Assert.Equal((RunState.Failed, "mail", "mail/"), (run.State, run.ModelName, run.Dataset.Blob));
        Assert.Contains("is failed", await rig.HandleAsync("mail/_ready"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("spam.options.json")]
    [InlineData("mail/train.csv")]
    public async Task A_file_that_starts_no_run_has_none(string blob)
    {
        var rig = await IngestRig.StartAsync(azurite);

        await GiveUpAsync(rig, blob, "0x1");

        Assert.Empty(await rig.Runs.ListAsync(Token));
    }

    // Bad options are what an ordinary delivery rejects; what cannot be looked at must not keep a user from being told.
    [Fact]
    public async Task Options_are_not_looked_at()
    {
        var rig = await IngestRig.StartAsync(azurite);
        await rig.UploadAsync("spam.options.json", "no json");
        await rig.UploadAsync("spam.csv", IngestRig.Csv());

        await GiveUpAsync(rig, "spam.csv", await ETagAsync(rig, "spam.csv"));

        Assert.Equal("ingest-failed", Assert.Single(await rig.Runs.ListAsync(Token)).Failure!.Code);
    }

    private static Task<string> GiveUpAsync(IngestRig rig, string blob, string etag)
    {
        var upload = BlobEvent.Of(BlobLayout.Datasets, blob) with { ETag = etag, SizeBytes = 42, At = new DateTimeOffset(2026, 11, 27, 2, 0, 0, TimeSpan.Zero) };
        return rig.Ingestion.GiveUpAsync(new DeadUpload(upload, "MaxDeliveryCountExceeded", "Ten were too few."), Token);
    }

    private static async Task<string> ETagAsync(IngestRig rig, string blob) =>
        (await rig.Storage.GetBlobContainerClient(BlobLayout.Datasets).GetBlobClient(blob).GetPropertiesAsync(cancellationToken: Token)).Value.ETag.Bare();
}
