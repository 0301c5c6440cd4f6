using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.IntegrationTests.Fixtures;

namespace Pipeline.IntegrationTests.Ingestion;

/// <summary>Runs whose options say <c>"mode": "validate"</c>.</summary>
public sealed class ValidateOnlyTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Fact]
    public async Task An_accepted_dataset_ends_as_validated_with_its_report_and_nothing_else()
    {
        var rig = await IngestRig.StartAsync(azurite);
        await rig.UploadAsync("spam.options.json", """{"mode":"validate"}""");

        var run = await rig.DropAsync("spam.csv", IngestRig.Csv());

        Assert.Equal((RunState.Validated, true, null), (run.State, run.FinishedAt is not null, run.Failure));
        Assert.Equal(60, run.Ingest!.Splits.Values.Sum(s => s.Rows));
        Assert.True((await rig.ReportAsync(run.RunId)).Accepted);
        Assert.All((await rig.ArtifactsAsync(run.RunId)).Keys, blob => Assert.StartsWith(run.RunId + "/report.", blob, StringComparison.Ordinal));
        Assert.Empty(rig.Queue.Sent);
    }

    [Fact]
    public async Task A_dataset_that_cannot_be_trained_on_is_rejected_as_ever()
    {
        var rig = await IngestRig.StartAsync(azurite);
        await rig.UploadAsync("spam.csv", "text,label\none,x\n"u8.ToArray(), new() { ["mode"] = "validate" });
        await rig.HandleAsync("spam.csv");

        Assert.Equal(RunState.Rejected, Assert.Single(await rig.Runs.ListAsync(TestContext.Current.CancellationToken)).State);
    }

    [Fact]
    public async Task The_event_coming_again_changes_nothing_and_the_next_upload_without_the_mode_trains()
    {
        var rig = await IngestRig.StartAsync(azurite);
        await rig.UploadAsync("spam.options.json", """{"mode":"validate"}""");
        var run = await rig.DropAsync("spam.csv", IngestRig.Csv());

        Assert.Contains("validated", await rig.HandleAsync("spam.csv"), StringComparison.Ordinal);
        await rig.Storage.GetBlobContainerClient(BlobLayout.Datasets).DeleteBlobAsync("spam.options.json", cancellationToken: TestContext.Current.CancellationToken);
        await rig.DropAsync("spam.csv", IngestRig.Csv());

        var runs = await rig.Runs.ListAsync(TestContext.Current.CancellationToken);
        Assert.Equal([RunState.Queued, RunState.Validated], runs.Select(r => r.State).Order());
        Assert.Equal(run, runs.Single(r => r.RunId == run.RunId), (a, b) => a.FinishedAt == b.FinishedAt);
        Assert.Single(rig.Queue.Sent);
    }
}
