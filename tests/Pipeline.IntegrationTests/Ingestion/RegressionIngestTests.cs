using System.Text;
using Pipeline.Core;
using Pipeline.Core.Runs;
using Pipeline.IntegrationTests.Fixtures;

namespace Pipeline.IntegrationTests.Ingestion;

public sealed class RegressionIngestTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string Options = """{"problem_type":"regression"}""";

    [Fact]
    public async Task Numbers_go_into_the_shards_and_their_spread_into_the_report()
    {
        var rig = await IngestRig.StartAsync(azurite);
        await rig.UploadAsync("stars.options.json", Options);

        var run = await rig.DropAsync("stars.csv", Csv() + "this is remark 7 of many,9.5\nthis is remark 8 of many,2.25\nbroken,many\nalso broken,\"1,5\"\n");

        Assert.Equal((RunState.Queued, ProblemType.Regression, "LABEL_0"), (run.State, run.Ingest!.ProblemType, Assert.Single(run.Ingest.Labels)));
        foreach (var split in run.Ingest.Splits.Keys)
        {
            foreach (var example in await rig.ExamplesAsync(run, split))
            {
                Assert.Empty(example.Labels);
                Assert.Equal(example.Row switch { 61 => 9.5f, 62 => 2.25f, var row => NumberOf((int)row - 1) }, example.Target);
            }
        }

        var report = await rig.ReportAsync(run.RunId);
        Assert.Empty(report.Labels);
        Assert.Equal((62, 2L), (report.RowsUsed, report.RowsLeftOut));
        Assert.Equal((0.25f, 9.5f), (report.Target!.Least, report.Target.Greatest));
        Assert.Equal(["test", "train", "validation"], report.Target.Means.Keys.Order());
        Assert.Equal(62, report.Target.Bars.Sum(b => b.Rows));
        // Nothing that speaks of classes; one text stands there with two numbers, one with the same twice.
        Assert.Equal(
            ["conflicting-targets", "duplicate-text", "target-comma", "target-no-number"],
            report.Findings.Select(f => f.Id).Order());
        Assert.Equal("9.5 here, 2 on line 9: this is remark 7 of many", Assert.Single(report.Findings.Single(f => f.Id == "conflicting-targets").Places).Excerpt);
    }

    [Theory]
    [InlineData("text,label\none,3\ntwo,3\nthree,3\nfour,3\n", "constant-target")]
    [InlineData("text,label\none,3\ntwo,4\n", "too-few-rows")]
    [InlineData("text,label\none,good\ntwo,bad\nthree,3\n", "too-many-bad-rows")]
    public async Task What_cannot_be_learned_is_rejected(string csv, string id)
    {
        var rig = await IngestRig.StartAsync(azurite);
        await rig.UploadAsync("stars.options.json", Options);

        var run = await rig.DropAsync("stars.csv", csv);

        Assert.Equal((RunState.Rejected, id), (run.State, run.Failure!.Code));
    }

    [Fact]
    public async Task Options_about_labels_do_not_go_with_it()
    {
        var rig = await IngestRig.StartAsync(azurite);
        await rig.UploadAsync("stars.options.json", """{"problem_type":"regression","label_separator":";"}""");

        var run = await rig.DropAsync("stars.csv", Csv());

        Assert.Equal((RunState.Rejected, "bad-options"), (run.State, run.Failure!.Code));
        Assert.Contains("label_separator", run.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decimal_labels_are_classes_unless_the_options_say_otherwise_and_a_note_says_so()
    {
        var rig = await IngestRig.StartAsync(azurite);

        var run = await rig.DropAsync("stars.csv", Csv(200));

        Assert.Equal(ProblemType.SingleLabelClassification, run.Ingest!.ProblemType);
        Assert.Contains((await rig.ReportAsync(run.RunId)).Findings, f => f.Id == "numeric-labels");
    }

    private static float NumberOf(int row) => 0.25f + row % 29 * 0.25f;

    private static string Csv(int rows = 60)
    {
        var csv = new StringBuilder("text,label\n");
        for (var i = 0; i < rows; i++)
            csv.Append(System.Globalization.CultureInfo.InvariantCulture, $"this is remark {i} of many,{NumberOf(i)}\n");
        return csv.ToString();
    }
}
