using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.Core.Tokenization;
using Pipeline.IntegrationTests.Fixtures;

namespace Pipeline.IntegrationTests.Ingestion;

public sealed class IngestTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Fact]
    public async Task A_dropped_file_becomes_a_queued_run_with_shards_report_tokenizer_and_one_message()
    {
        var rig = await IngestRig.StartAsync(azurite);

        var run = await rig.DropAsync("spam.csv", IngestRig.Csv());

        Assert.Equal((RunState.Queued, "spam"), (run.State, run.ModelName));
        Assert.Equal(run.RunId, Assert.Single(rig.Queue.Sent).RunId);
        Assert.Equal(["ham", "spam"], run.Ingest!.Labels);
        Assert.Equal(60, run.Ingest.Splits.Values.Sum(s => s.Rows));
        Assert.All(run.Ingest.Splits.Values, split => Assert.True(split.Rows > 0));
        Assert.True((await rig.ReportAsync(run.RunId)).Accepted);
        var artifacts = await rig.ArtifactsAsync(run.RunId);
        Assert.All(TokenizerDownload.Files, file => Assert.Contains(BlobLayout.Tokenizer(run.RunId) + file, artifacts.Keys));
    }

    [Fact]
    public async Task The_tokens_of_each_row_decode_to_its_text_and_carry_its_label()
    {
        var rig = await IngestRig.StartAsync(azurite);

        var run = await rig.DropAsync("spam.csv", IngestRig.Csv());

        using var folder = new TokenizerDownload();
        var tokenizer = await folder.LoadAsync(rig, run.RunId);
        var rows = IngestRig.Csv().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (var split in run.Ingest!.Splits.Keys)
        {
            foreach (var example in await rig.ExamplesAsync(run, split))
                Assert.Equal(rows[example.Row].Replace("\"", ""), $"{tokenizer.Decode(example.InputIds)},{run.Ingest.Labels[Assert.Single(example.Labels)]}");
        }
    }

    [Fact]
    public async Task A_base_model_s_tokenizer_is_used_where_one_is_named()
    {
        var rig = await IngestRig.StartAsync(azurite);
        var trainer = new ByteLevelBpeTrainer();
        trainer.Add("prize prize number number");
        using var folder = new TokenizerDownload();
        HuggingFaceTokenizer.Save(folder.Path, new ByteLevelBpeTokenizer(trainer.Train(270, cancellationToken: TestContext.Current.CancellationToken)), 64);
        foreach (var file in TokenizerDownload.Files)
        {
            await rig.Storage.GetBlobContainerClient(BlobLayout.BaseModels).GetBlobClient("tiny/" + file)
                .UploadAsync(Path.Combine(folder.Path, file), TestContext.Current.CancellationToken);
        }

        await rig.UploadAsync("spam.options.json", """{"base_model":"tiny"}""");
        var run = await rig.DropAsync("spam.csv", IngestRig.Csv());

        Assert.Equal(HuggingFaceTokenizer.Load(folder.Path).VocabularySize, run.Ingest!.VocabularySize);
        Assert.Equal("tiny", run.Options.BaseModel);
    }

    [Fact]
    public async Task Options_may_be_metadata_of_the_blob()
    {
        var rig = await IngestRig.StartAsync(azurite);
        await rig.UploadAsync(
            "spam.csv", System.Text.Encoding.UTF8.GetBytes(IngestRig.Csv()), new() { ["seed"] = "7", ["learning_rate"] = "0.001" });
        await rig.HandleAsync("spam.csv");

        var run = Assert.Single(await rig.Runs.ListAsync(TestContext.Current.CancellationToken));

        Assert.Equal((7, 0.001), (run.Options.Seed, run.Options.LearningRate!.Value));
    }

    [Fact]
    public async Task An_options_file_starts_no_run()
    {
        var rig = await IngestRig.StartAsync(azurite);
        await rig.UploadAsync("spam.options.json", "{}");

        Assert.Contains("options", await rig.HandleAsync("spam.options.json"), StringComparison.Ordinal);
        Assert.Empty(await rig.Runs.ListAsync(TestContext.Current.CancellationToken));
    }
}
