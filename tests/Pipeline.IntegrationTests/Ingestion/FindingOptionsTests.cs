using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.IntegrationTests.Fixtures;

namespace Pipeline.IntegrationTests.Ingestion;

public sealed class FindingOptionsTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly string Spellings = string.Concat(IngestRig.Csv().Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select((line, i) => (i % 10 == 5 && line.EndsWith(",spam", StringComparison.Ordinal) ? line[..^4] + "SPAM" : line) + "\n"));

    [Fact]
    public async Task Spellings_of_a_label_are_found_and_become_one_where_the_options_ask()
    {
        var rig = await IngestRig.StartAsync(azurite);
        var found = await rig.DropAsync("found.csv", Spellings);
        await rig.UploadAsync("merged.options.json", """{"merge_label_variants":true}""");

        var merged = await rig.DropAsync("merged.csv", Spellings);

        Assert.Equal(["SPAM", "ham", "spam"], found.Ingest!.Labels);
        Assert.Contains((await rig.ReportAsync(found.RunId)).Findings, f => f.Id == "label-variants");
        Assert.Equal((RunState.Queued, "ham spam"), (merged.State, string.Join(' ', merged.Ingest!.Labels)));
        var report = await rig.ReportAsync(merged.RunId);
        Assert.DoesNotContain(report.Findings, f => f.Id == "label-variants");
        Assert.Equal(report.RowsUsed, report.Labels.Sum(l => l.Train + l.Validation + l.Test));
    }

    [Fact]
    public async Task A_warning_that_is_ignored_is_not_in_the_report()
    {
        var rig = await IngestRig.StartAsync(azurite);
        await rig.UploadAsync("quiet.options.json", """{"ignore_findings":["label-variants"]}""");

        var run = await rig.DropAsync("quiet.csv", Spellings);

        Assert.DoesNotContain((await rig.ReportAsync(run.RunId)).Findings, f => f.Id == "label-variants");
    }

    [Fact]
    public async Task Copies_are_quoted_and_the_page_lies_beside_the_report()
    {
        var rig = await IngestRig.StartAsync(azurite);

        var run = await rig.DropAsync("copies.csv", IngestRig.Csv() + "\"a text that comes, twice\",ham\na sentence,spam\n\"A text that  comes, twice\",ham\n");

        var report = await rig.ReportAsync(run.RunId);
        var copy = Assert.Single(report.Findings, f => f.Id == "duplicate-text");
        Assert.EndsWith(": A text that  comes, twice", copy.Places[0].Excerpt);
        Assert.Equal((1L, report.RowsUsed), (report.Duplicates!.Exact, report.Splits.Values.Sum()));
        Assert.True(report.TokenLengths!.Bars.Count > 0);
        var page = await rig.Storage.GetBlobContainerClient(BlobLayout.Runs).GetBlobClient(BlobLayout.HtmlReport(run.RunId))
            .DownloadContentAsync(TestContext.Current.CancellationToken);
        Assert.Contains("copies.csv", page.Value.Content.ToString());
        Assert.StartsWith("text/html", page.Value.Details.ContentType);
    }
}
