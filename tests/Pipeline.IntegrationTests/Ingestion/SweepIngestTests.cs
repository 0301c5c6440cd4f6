using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.Core.Sweeps;
using Pipeline.Core.Tokenization;
using Pipeline.Functions.Ingestion.FanOut;
using Pipeline.IntegrationTests.Fixtures;

namespace Pipeline.IntegrationTests.Ingestion;

public sealed class SweepIngestTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string Sweep = """{"sweep": {"learning_rate": {"min": 1e-4, "max": 1e-2}, "dropout": [0.1, 0.2], "trials": 6}}""";
    private const string TwoBaseModels = """{"sweep": {"base_model": ["small", "large"], "learning_rate": [1e-4, 1e-3], "method": "grid"}}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_sweep_becomes_a_record_and_a_message_for_each_trial()
    {
        var rig = await IngestRig.StartAsync(azurite);
        await rig.UploadAsync("spam.options.json", Sweep);

        var run = await rig.DropAsync("spam.csv", IngestRig.Csv());

        Assert.Equal(RunState.Queued, run.State);
        Assert.Equal([1, 2, 3, 4, 5, 6], run.Sweep!.Trials.Select(t => t.Trial));
        Assert.Equal(2, run.Sweep.Rungs);
        Assert.Equal([.. Enumerable.Range(1, 6).Select(n => $"{run.RunId}/trial-{n}/rung-0")], rig.Queue.Sent.Select(m => m.MessageId));
        Assert.Equal(SweepTrials.Of(run.Options), (await new SweepStore(rig.Storage, run.RunId).ListAsync(Enumerable.Range(1, 6), Cancel)).Select(t => t.Options));
    }

    [Fact]
    public async Task A_process_that_dies_among_the_messages_is_followed_by_one_that_sends_them_all_under_the_same_ids()
    {
        var rig = await IngestRig.StartAsync(azurite);
        await rig.UploadAsync("spam.options.json", Sweep);
        rig.Queue.BeforeSend = _ => rig.Queue.Sent.Count == 3 ? throw new IOException("The process died here.") : Task.CompletedTask;
        await rig.UploadAsync("spam.csv", IngestRig.Csv());
        await Assert.ThrowsAsync<IOException>(() => rig.HandleAsync("spam.csv"));

        rig.Queue.BeforeSend = _ => Task.CompletedTask;
        await rig.HandleAsync("spam.csv");

        Assert.Equal(9, rig.Queue.Sent.Count);
        Assert.Equal(6, rig.Queue.Sent.Select(m => m.MessageId).Distinct().Count());
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Each_base_model_of_a_sweep_gets_shards_of_its_own_tokenizer(bool inParts)
    {
        var rig = await IngestRig.StartAsync(azurite, inParts ? new IngestOptions { FanOutBytes = 1, PartBytes = 1_000 } : null);
        await UploadTokenizerAsync(rig, "small", 260);
        await UploadTokenizerAsync(rig, "large", 290);
        await rig.UploadAsync("spam.options.json", TwoBaseModels);

        await rig.DropAsync("spam.csv", IngestRig.Csv());
        while (rig.Parts.Take() is { } request)
            await rig.NewFanOut().HandleAsync(request, Cancel);

        var run = Assert.Single(await rig.Runs.ListAsync(Cancel));
        Assert.Equal(["small", "large", "small", "large"], run.Sweep!.Trials.OrderBy(t => t.Options.LearningRate).ThenByDescending(t => t.Options.BaseModel).Select(t => t.Options.BaseModel!));
        var (small, large) = (run.Ingest!.For("small"), run.Ingest.For("large"));
        Assert.True(small.VocabularySize < large.VocabularySize);
        Assert.Equal(small.Splits.ToDictionary(s => s.Key, s => s.Value.Rows), large.Splits.ToDictionary(s => s.Key, s => s.Value.Rows));
        Assert.True(small.Splits["train"].Tokens > large.Splits["train"].Tokens);
        var artifacts = await rig.ArtifactsAsync(run.RunId);
        Assert.All(small.Splits.Values.Concat(large.Splits.Values).SelectMany(s => s.Shards), shard => Assert.Contains($"{run.RunId}/{shard}", artifacts.Keys));
        Assert.All(TokenizerDownload.Files, file => Assert.Contains(BlobLayout.Tokenizer(run.RunId, "base-models/large/") + file, artifacts.Keys));
    }

    [Fact]
    public async Task A_base_model_of_a_sweep_that_is_not_there_rejects_the_dataset_by_its_name()
    {
        var rig = await IngestRig.StartAsync(azurite);
        await UploadTokenizerAsync(rig, "small", 260);
        await rig.UploadAsync("spam.options.json", TwoBaseModels);

        var run = await rig.DropAsync("spam.csv", IngestRig.Csv());

        Assert.Equal((RunState.Rejected, FindingKind.BadBaseModel.Id), (run.State, run.Failure!.Code));
        Assert.Contains("base-models/large/", run.Failure.Message, StringComparison.Ordinal);
        Assert.Empty(rig.Queue.Sent);
    }

    private static async Task UploadTokenizerAsync(IngestRig rig, string name, int vocabularySize)
    {
        var trainer = new ByteLevelBpeTrainer();
        trainer.Add(string.Concat(Enumerable.Repeat("win prize number now see you at lunch on day ", 4)));
        using var folder = new TokenizerDownload();
        HuggingFaceTokenizer.Save(folder.Path, new ByteLevelBpeTokenizer(trainer.Train(vocabularySize, cancellationToken: Cancel)), 64);
        foreach (var file in TokenizerDownload.Files)
        {
            await rig.Storage.GetBlobContainerClient(BlobLayout.BaseModels).GetBlobClient($"{name}/{file}")
                .UploadAsync(Path.Combine(folder.Path, file), Cancel);
        }
    }
}
