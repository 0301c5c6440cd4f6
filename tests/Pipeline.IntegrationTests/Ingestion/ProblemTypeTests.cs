using Pipeline.Core;
using Pipeline.Core.Runs;
using Pipeline.IntegrationTests.Fixtures;

namespace Pipeline.IntegrationTests.Ingestion;

/// <summary>A <c>problem_type</c> that is not what the labels look like.</summary>
public sealed class ProblemTypeTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Fact]
    public async Task A_file_of_single_labels_may_be_asked_to_be_one_of_several()
    {
        var rig = await IngestRig.StartAsync(azurite);
        await rig.UploadAsync("spam.options.json", """{"problem_type":"multi_label_classification"}""");

        var run = await rig.DropAsync("spam.csv", IngestRig.Csv());

        Assert.Equal((RunState.Queued, ProblemType.MultiLabelClassification), (run.State, run.Ingest!.ProblemType));
        Assert.Equal(["ham", "spam"], run.Ingest.Labels);
        Assert.All(await rig.ExamplesAsync(run, "train"), example => Assert.Single(example.Labels));
    }

    [Fact]
    public async Task A_file_of_several_labels_that_is_asked_to_be_one_of_single_ones_is_rejected_with_the_reason()
    {
        var rig = await IngestRig.StartAsync(azurite);
        await rig.UploadAsync("news.options.json", """{"problem_type":"single_label_classification"}""");
        var jsonl = string.Concat(Enumerable.Range(0, 30).Select(i => $$"""{"text":"story {{i}} about both","labels":["wheat","corn"]}""" + "\n"));

        var run = await rig.DropAsync("news.jsonl", jsonl);

        Assert.Equal((RunState.Rejected, "too-many-bad-rows"), (run.State, run.Failure!.Code));
        var several = Assert.Single((await rig.ReportAsync(run.RunId)).Findings, f => f.Id == "several-labels");
        Assert.Equal((30L, 1L), (several.Count, several.Places[0].Line));
        Assert.Contains("multi_label_classification", several.Fix, StringComparison.Ordinal);
    }
}
