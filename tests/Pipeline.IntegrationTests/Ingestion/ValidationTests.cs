using System.Text;
using System.Text.Json;
using Pipeline.Core;
using Pipeline.Core.Costs;
using Pipeline.Core.Runs;
using Pipeline.Functions.Estimates;
using Pipeline.Functions.Ingestion;
using Pipeline.IntegrationTests.Fixtures;

namespace Pipeline.IntegrationTests.Ingestion;

public sealed class ValidationTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Fact]
    public async Task The_report_is_the_one_a_run_would_have_and_nothing_is_written_or_sent()
    {
        var rig = await IngestRig.StartAsync(azurite);
        var content = IngestRig.Csv() + "see you at lunch on day 1,spam\n";
        var report = await Validation(rig).ValidateAsync(
            "spam.csv", new MemoryStream(Encoding.UTF8.GetBytes(content)), new RunOptions(), TestContext.Current.CancellationToken);

        Assert.Empty(await rig.Runs.ListAsync(TestContext.Current.CancellationToken));
        var run = await rig.DropAsync("spam.csv", content);
        Assert.Equal(
            JsonSerializer.Serialize(await rig.ReportAsync(run.RunId), PipelineJson.Indented),
            JsonSerializer.Serialize(report with { RunId = run.RunId }, PipelineJson.Indented));
    }

    // As the functions app has it.
    private static DatasetValidation Validation(IngestRig rig) =>
        new(rig.Storage, new DatasetEstimates(rig.Storage, new RateOptions(), new MeasuredRunStore(rig.Storage)));

    [Fact]
    public async Task A_dataset_that_cannot_be_trained_on_has_a_report_too()
    {
        var rig = await IngestRig.StartAsync(azurite);
        var report = await Validation(rig).ValidateAsync(
            "spam.csv", new MemoryStream("text,mood\nhello,x\n"u8.ToArray()), new RunOptions(), TestContext.Current.CancellationToken);

        Assert.False(report.Accepted);
        Assert.Equal("no-label-column", Assert.Single(report.Findings).Id);
    }
}
