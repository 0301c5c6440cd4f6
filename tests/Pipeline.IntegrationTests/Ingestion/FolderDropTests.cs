using System.Text;
using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;
using Pipeline.IntegrationTests.Fixtures;
using Pipeline.Local.Cli;

namespace Pipeline.IntegrationTests.Ingestion;

public sealed class FolderDropTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_files_of_a_folder_are_its_splits()
    {
        var rig = await IngestRig.StartAsync(azurite);
        await rig.UploadAsync("spam/train.csv", IngestRig.Csv(60));
        await rig.UploadAsync("spam/dev.jsonl", Jsonl(20, " in dev"));
        await rig.UploadAsync("spam/test.tsv", IngestRig.Csv(30, " in test").Replace("\"", "").Replace(", now", " now").Replace(',', '\t'));

        var run = await ReadyAsync(rig);

        Assert.Equal((RunState.Queued, "spam", "spam/"), (run.State, run.ModelName, run.Dataset.Blob));
        Assert.Equal(["spam/train.csv", "spam/dev.jsonl", "spam/test.tsv"], run.Dataset.Files!.Select(f => f.Blob));
        Assert.Equal([60, 20, 30], new[] { "train", "validation", "test" }.Select(s => run.Ingest!.Splits[s].Rows));
        // The rows of all files are counted through, so that each has a number of its own.
        Assert.Equal(Enumerable.Range(81, 30), (await rig.ExamplesAsync(run, "test")).Select(e => (int)e.Row));
        Assert.Equal(run.RunId, Assert.Single(rig.Queue.Sent).RunId);
    }

    [Fact]
    public async Task What_is_missing_is_split_off_from_the_training_file()
    {
        var rig = await IngestRig.StartAsync(azurite);
        await rig.UploadAsync("spam/train.csv", IngestRig.Csv(200));
        await rig.UploadAsync("spam/test.csv", IngestRig.Csv(30, " in test"));

        var run = await ReadyAsync(rig);

        Assert.Equal(30, run.Ingest!.Splits["test"].Rows);
        Assert.InRange(run.Ingest.Splits["validation"].Rows, 5, 45);
        Assert.Equal(200, run.Ingest.Splits["train"].Rows + run.Ingest.Splits["validation"].Rows);
    }

    [Fact]
    public async Task A_text_that_leaks_into_the_test_file_is_moved_out_of_it_and_counted_with_file_and_line()
    {
        var rig = await IngestRig.StartAsync(azurite);
        await rig.UploadAsync("spam/train.csv", IngestRig.Csv(60));
        await rig.UploadAsync("spam/valid.csv", IngestRig.Csv(20, " in dev"));
        await rig.UploadAsync("spam/test.csv", IngestRig.Csv(20, " in test") + "See you at lunch  on day 7,ham\n");

        var run = await ReadyAsync(rig);

        Assert.Equal((61, 20), (run.Ingest!.Splits["train"].Rows, run.Ingest.Splits["test"].Rows));
        var report = await rig.ReportAsync(run.RunId);
        var overlap = Assert.Single(report.Findings, f => f.Id == "split-overlap");
        Assert.Equal((1, "test.csv", 22L), (overlap.Count, overlap.Places[0].File, overlap.Places[0].Line));
    }

    [Fact]
    public async Task The_files_alone_start_nothing()
    {
        var rig = await IngestRig.StartAsync(azurite);
        await rig.UploadAsync("spam/train.csv", IngestRig.Csv());

        Assert.Contains("_ready", await rig.HandleAsync("spam/train.csv"), StringComparison.Ordinal);
        Assert.Empty(await rig.Runs.ListAsync(Token));
    }

    [Fact]
    public async Task The_same_files_are_the_same_run_and_a_changed_one_is_another()
    {
        var rig = await IngestRig.StartAsync(azurite);
        await rig.UploadAsync("spam/train.csv", IngestRig.Csv());
        var first = await ReadyAsync(rig);

        Assert.Equal(first.RunId, (await ReadyAsync(rig)).RunId);
        await rig.UploadAsync("spam/train.csv", IngestRig.Csv(80));
        Assert.NotEqual(first.RunId, (await ReadyAsync(rig)).RunId);
        Assert.Equal(2, rig.Queue.Sent.Count);
    }

    [Fact]
    public async Task Options_and_names_of_labels_may_lie_in_the_folder()
    {
        var rig = await IngestRig.StartAsync(azurite);
        await rig.UploadAsync("spam/train.csv", IngestRig.Csv());
        await rig.UploadAsync("spam/options.json", """{"seed":7}""");
        await rig.UploadAsync("spam/classes.txt", "ham\r\nspam\r\n");

        var run = await ReadyAsync(rig);

        Assert.Equal(7, run.Options.Seed);
        Assert.Equal(["ham", "spam"], run.Options.LabelNames!);
    }

    [Fact]
    public async Task Upload_of_a_folder_starts_the_run_that_it_names()
    {
        var rig = await IngestRig.StartAsync(azurite);
        using var folder = new TokenizerDownload();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "train.csv"), IngestRig.Csv(), Token);

        var runId = await UploadedDataset.Of(folder.Path, "spam").SendAsync(rig.Storage, Token);
        await rig.HandleAsync($"spam/{FolderDrop.Ready}");

        Assert.Equal(RunState.Queued, (await rig.Runs.FindAsync(runId, Token))!.State);
    }

    [Theory]
    [InlineData("spam/test.csv", "bad-folder", "test.csv")]
    [InlineData("spam/data.csv", "bad-folder", "none")]
    [InlineData("spam/train.xlsx", "unknown-format", ".xlsx")]
    [InlineData("My Mails/train.csv", "bad-name", "my-mails")]
    public async Task A_folder_that_is_no_dataset_is_rejected(string blob, string id, string named)
    {
        var rig = await IngestRig.StartAsync(azurite);
        await rig.UploadAsync(blob, IngestRig.Csv());

        var run = await ReadyAsync(rig, blob.Split('/')[0]);

        Assert.Equal((RunState.Rejected, id), (run.State, run.Failure!.Code));
        Assert.Contains(named, run.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_file_is_named()
    {
        var rig = await IngestRig.StartAsync(azurite);
        await rig.UploadAsync("spam/train.csv", IngestRig.Csv());
        await rig.UploadAsync("spam/test.csv", "text,mood\nhello,x\n");

        var run = await ReadyAsync(rig);

        Assert.Equal((RunState.Rejected, "no-label-column"), (run.State, run.Failure!.Code));
        Assert.Contains("test.csv", run.Failure.Message, StringComparison.Ordinal);
    }

    private static async Task<RunRecord> ReadyAsync(IngestRig rig, string folder = "spam")
    {
        await rig.UploadAsync($"{folder}/{FolderDrop.Ready}", "");
        await rig.HandleAsync($"{folder}/{FolderDrop.Ready}");
        return (await rig.Runs.ListAsync(Token))[0];
    }

    private static string Jsonl(int rows, string flavour)
    {
        var jsonl = new StringBuilder();
        for (var i = 0; i < rows; i++)
            jsonl.Append($$"""{"text":"see you in room {{i}}{{flavour}}","label":"{{(i % 2 == 0 ? "spam" : "ham")}}"}""").Append('\n');
        return jsonl.ToString();
    }
}
