using System.Text.Json;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.Core.Sweeps;
using Pipeline.IntegrationTests.Fixtures;
using Pipeline.IntegrationTests.Ingestion;

namespace Pipeline.IntegrationTests.Training;

[Collection(nameof(InProcessTraining))]
public sealed class SweepOfBaseModelsTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_trial_is_trained_on_the_shards_of_its_base_model_s_tokenizer_and_the_best_brings_its_own()
    {
        var ingest = await IngestRig.StartAsync(azurite);
        await TinyBert.UploadAsync(ingest.Storage, Cancel, "knows-no-word");
        await TinyBert.UploadAsync(ingest.Storage, Cancel, "knows-all-words", "win", "prize", "number", "now", "see", "you", "at", "lunch", "on", "day");
        await ingest.UploadAsync(
            "mail.options.json", """{"num_train_epochs": 4, "learning_rate": 3e-3, "sweep": {"base_model": ["knows-no-word", "knows-all-words"], "method": "grid"}}""");

        var rig = SweepRig.Of(ingest.Storage, await ingest.DropAsync("mail.csv", IngestRig.Csv(200)));
        while (ingest.Queue.Take() is { } message)
            Assert.Equal("complete", (await rig.HandleAsync(message)).Settled);

        var run = await rig.FindAsync();
        Assert.Equal(RunState.Succeeded, run.State);
        Assert.Equal([TrialState.Finished, TrialState.Finished], run.Sweep!.Trials.Select(t => t.State));
        var winner = run.Sweep.Trials.Single(t => t.Trial == run.Sweep.Winner);
        Assert.Equal("knows-all-words", winner.Options.BaseModel);
        var config = await ingest.Storage.GetBlobContainerClient(BlobLayout.Models).GetBlobClient(BlobLayout.Version("mail", run.Version) + "config.json").DownloadContentAsync(Cancel);
        Assert.Equal(run.Ingest!.For("knows-all-words").VocabularySize, JsonDocument.Parse(config.Value.Content).RootElement.GetProperty("vocab_size").GetInt32());
    }
}
