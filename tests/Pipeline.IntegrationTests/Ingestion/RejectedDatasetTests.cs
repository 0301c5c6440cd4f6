using System.Text;
using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;
using Pipeline.IntegrationTests.Fixtures;

namespace Pipeline.IntegrationTests.Ingestion;

public sealed class RejectedDatasetTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    public static TheoryData<string, byte[], string, long?> Broken => new()
    {
        { "a.csv", [], "empty-file", null },
        { "a.csv", Utf8("text,mood\nhello,x\n"), "no-label-column", 1 },
        { "a.csv", Utf8("text,label\none,x\ntwo,x\nthree,x\nfour,x\n"), "one-class", null },
        { "a.csv", [.. Utf8("text,label\none,x\n"), 0, 1, 2, 0], "binary-file", 3 },
        { "a.csv", [.. Utf8("text,label\none,x\ncaf"), 0xE9, .. Utf8(",y\n")], "bad-encoding", 3 },
        { "a.csv", Utf8("text,label\none,x\n\"two,y\nthree,x\n"), "unbalanced-quotes", 3 },
        { "a.jsonl", Utf8("not json\nnor this\n"), "too-many-bad-rows", null },
        { "My Mails.csv", Utf8("text,label\none,x\n"), "bad-name", null },
        { "mails.xlsx", Utf8("text,label\none,x\n"), "unknown-format", null },
    };

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task A_broken_file_is_a_rejected_run_whose_report_names_line_reason_and_fix(string blob, byte[] content, string id, long? line)
    {
        var rig = await IngestRig.StartAsync(azurite);
        await rig.UploadAsync(blob, content);

        await rig.HandleAsync(blob);

        var run = Assert.Single(await rig.Runs.ListAsync(TestContext.Current.CancellationToken));
        Assert.Equal((RunState.Rejected, id), (run.State, run.Failure!.Code));
        Assert.NotNull(run.FinishedAt);
        Assert.NotEmpty(run.Failure.Fix!);
        var report = await rig.ReportAsync(run.RunId);
        Assert.False(report.Accepted);
        var error = Assert.Single(report.Findings, f => f.Severity == FindingSeverity.Error);
        Assert.Equal((id, line), (error.Id, error.Places[0].Line));
        Assert.NotEmpty(error.Fix);
        Assert.Empty(rig.Queue.Sent);
    }

    [Theory]
    [InlineData("""{"sead":1}""", "'seed'")]
    [InlineData("""{"seed":-1}""", "seed")]
    [InlineData("""{"base_model":"missing"}""", "missing")]
    [InlineData("not json", "JSON")]
    public async Task Options_that_cannot_be_used_reject_the_run_by_name(string options, string named)
    {
        var rig = await IngestRig.StartAsync(azurite);
        await rig.UploadAsync("spam.options.json", options);

        var run = await rig.DropAsync("spam.csv", IngestRig.Csv());

        Assert.Equal(RunState.Rejected, run.State);
        Assert.Contains(named, run.Failure!.Message, StringComparison.Ordinal);
        Assert.False((await rig.ReportAsync(run.RunId)).Accepted);
        Assert.Empty(rig.Queue.Sent);
    }

    [Fact]
    public async Task All_that_is_wrong_with_an_options_file_is_in_the_report_with_its_lines()
    {
        var rig = await IngestRig.StartAsync(azurite);
        await rig.UploadAsync("spam.options.json", "{\n  \"sead\": 1,\n  \"max_length\": 3\n}");

        var run = await rig.DropAsync("spam.csv", IngestRig.Csv());

        var finding = Assert.Single((await rig.ReportAsync(run.RunId)).Findings);
        Assert.Equal([("spam.options.json", 2L), ("spam.options.json", 3L)], finding.Places.Select(p => (p.File!, p.Line!.Value)));
        Assert.Equal("There is no option 'sead'. Did you mean 'seed'?", finding.Places[0].Excerpt);
    }

    [Fact]
    public async Task The_event_of_a_rejected_upload_changes_nothing_when_it_comes_again()
    {
        var rig = await IngestRig.StartAsync(azurite);
        var run = await rig.DropAsync("spam.csv", "text,mood\nhello,x\n");

        Assert.Contains("no-label-column", await rig.HandleAsync("spam.csv"), StringComparison.Ordinal);
        Assert.Equal(run, await rig.Runs.FindAsync(run.RunId, TestContext.Current.CancellationToken));
    }
}
