using System.Text;
using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Core;
using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;
using Pipeline.Core.Shards;
using Pipeline.Core.Storage;
using Pipeline.Core.Tokenization;
using Pipeline.Functions.Ingestion;
using Pipeline.IntegrationTests.Fixtures;

namespace Pipeline.IntegrationTests.Ingestion;

public sealed class DatasetIngestionTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_good_dataset_becomes_shards_a_tokenizer_a_report_and_one_message()
    {
        var scene = await Scene.CreateAsync(azurite);
        await scene.DropAsync("mood.csv", Mood(400));

        await scene.IngestAsync("mood.csv");

        var run = Assert.Single(await new RunStore(scene.Storage).ListAsync(Token));
        Assert.Equal((RunState.Queued, "mood"), (run.State, run.ModelName));
        Assert.Equal([run.RunId], scene.Queue.Requests.Select(r => r.RunId));
        Assert.Equal(["bad", "good"], run.Ingest!.Labels);
        Assert.Equal(400, run.Ingest.Splits.Values.Sum(s => s.Rows));

        var tokenizer = HuggingFaceTokenizer.Load(await scene.DownloadAsync(BlobLayout.Tokenizer(run.RunId)));
        Assert.Equal(run.Ingest.VocabularySize, tokenizer.VocabularySize);
        var rows = await scene.ReadShardsAsync(run);
        Assert.Equal(Enumerable.Range(1, 400).Select(i => (long)i), rows.Select(r => r.Row).Order());
        Assert.All(rows, r => Assert.Equal(MoodText((int)r.Row - 1), tokenizer.Decode(r.InputIds)));
        Assert.All(rows, r => Assert.Equal((int)(r.Row % 2), r.Label));

        var report = await scene.ReportAsync(run);
        Assert.True(report.Accepted);
        Assert.Equal((400, 0L), (report.RowsUsed, report.RowsLeftOut));
    }

    [Fact]
    public async Task The_same_event_again_changes_nothing()
    {
        var scene = await Scene.CreateAsync(azurite);
        await scene.DropAsync("mood.csv", Mood(60));
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => scene.IngestAsync("mood.csv")));
        var first = await scene.BlobsAsync();

        await scene.IngestAsync("mood.csv");

        Assert.Equal(first, await scene.BlobsAsync());
        Assert.Single(scene.Queue.Requests.Select(r => r.RunId).Distinct());
    }

    [Fact]
    public async Task An_event_that_failed_at_the_queue_is_finished_by_the_next_delivery()
    {
        var scene = await Scene.CreateAsync(azurite);
        await scene.DropAsync("mood.csv", Mood(60));
        scene.Queue.IsDown = true;
        await Assert.ThrowsAsync<TimeoutException>(() => scene.IngestAsync("mood.csv"));
        Assert.Equal(RunState.Validating, (await new RunStore(scene.Storage).ListAsync(Token))[0].State);

        scene.Queue.IsDown = false;
        await scene.IngestAsync("mood.csv");

        Assert.Equal(RunState.Queued, Assert.Single(await new RunStore(scene.Storage).ListAsync(Token)).State);
        Assert.Single(scene.Queue.Requests);
    }

    [Fact]
    public async Task A_changed_file_is_a_run_of_its_own()
    {
        var scene = await Scene.CreateAsync(azurite);
        await scene.DropAsync("mood.csv", Mood(60));
        await scene.IngestAsync("mood.csv");
        await scene.DropAsync("mood.csv", Mood(80));
        await scene.IngestAsync("mood.csv");

        var runs = await new RunStore(scene.Storage).ListAsync(Token);
        Assert.Equal(2, runs.Select(r => r.Version).Distinct().Count());
        Assert.Equal(2, scene.Queue.Requests.Count);
    }

    [Theory]
    [InlineData("x.csv", "", "empty-file")]
    [InlineData("x.csv", "text,mood\na,b\n", "no-label-column")]
    [InlineData("x.csv", "text,label\na,b\nc,b\n", "one-class")]
    [InlineData("x.csv", "text,label\na,b\n\"c,d\n", "unbalanced-quotes")]
    [InlineData("x.csv", "text,label\na,b\nc,d\n", "too-few-rows")]
    [InlineData("x.csv", "text,label\na,\nc,\nd,x\n", "too-many-bad-rows")]
    [InlineData("x.pdf", "hello", "unknown-format")]
    [InlineData("My File.csv", "text,label\na,b\n", "bad-name")]
    public async Task A_dataset_that_cannot_be_trained_on_is_rejected_and_nothing_is_sent(string blob, string content, string id)
    {
        var scene = await Scene.CreateAsync(azurite);
        await scene.DropAsync(blob, content);

        await scene.IngestAsync(blob);

        var run = Assert.Single(await new RunStore(scene.Storage).ListAsync(Token));
        Assert.Equal((RunState.Rejected, id), (run.State, run.Failure!.Code));
        Assert.NotNull(run.Failure.Fix);
        var report = await scene.ReportAsync(run);
        Assert.False(report.Accepted);
        Assert.Equal((id, FindingSeverity.Error), (report.Findings[0].Id, report.Findings[0].Severity));
        Assert.Empty(scene.Queue.Requests);
    }

    [Fact]
    public async Task Options_come_from_the_file_beside_it_else_from_metadata()
    {
        var scene = await Scene.CreateAsync(azurite);
        await scene.DropAsync("a.csv", Mood(60).Replace("text,", "words,"));
        await scene.DropAsync("a.options.json", "{\"text_column\":\"words\",\"num_train_epochs\":1}");
        await scene.DropAsync("b.csv", Mood(60).Replace(",label", ",answer"), new() { ["label_column"] = "answer" });
        await scene.DropAsync("c.csv", Mood(60), new() { ["max_length"] = "1" });
        foreach (var blob in (string[])["a.options.json", "a.csv", "b.csv", "c.csv"])
            await scene.IngestAsync(blob);

        var runs = (await new RunStore(scene.Storage).ListAsync(Token)).ToDictionary(r => r.ModelName);
        Assert.Equal(3, runs.Count);
        Assert.Equal((RunState.Queued, 1), (runs["a"].State, runs["a"].Options.NumTrainEpochs));
        Assert.Equal(RunState.Queued, runs["b"].State);
        Assert.Equal("bad-options", runs["c"].Failure!.Code);
    }

    private static string Mood(int rows) =>
        "text,label\n" + string.Concat(Enumerable.Range(0, rows).Select(i => $"\"{MoodText(i).Replace("\"", "\"\"")}\",{(i % 2 == 0 ? "good" : "bad")}\n"));

    private static string MoodText(int i) => $"Day {i}: it was a {(i % 2 == 0 ? "lovely" : "dreadful")} day,\n\"really\" 😀 {i * 7919}";

    private sealed class Scene(BlobServiceClient storage)
    {
        public BlobServiceClient Storage => storage;

        public SentRequests Queue { get; } = new();

        public static async Task<Scene> CreateAsync(AzuriteFixture azurite) => new(await azurite.NewPipelineAccountAsync());

        public Task DropAsync(string blob, string content, Dictionary<string, string>? metadata = null) =>
            storage.GetBlobContainerClient(BlobLayout.Datasets).GetBlobClient(blob)
                .UploadAsync(BinaryData.FromBytes(Encoding.UTF8.GetBytes(content)), new BlobUploadOptions { Metadata = metadata }, Token);

        public Task<string> IngestAsync(string blob) =>
            new DatasetIngestion(
                storage, new RunStore(storage), new RunEventLog(storage), Queue, TimeProvider.System, NullLogger<DatasetIngestion>.Instance)
                .HandleAsync(blob, Token);

        public async Task<ValidationReport> ReportAsync(RunRecord run)
        {
            var blob = await Runs.GetBlobClient(BlobLayout.Report(run.RunId)).DownloadContentAsync(Token);
            return JsonSerializer.Deserialize<ValidationReport>(blob.Value.Content, PipelineJson.Indented)!;
        }

        public async Task<List<TokenizedExample>> ReadShardsAsync(RunRecord run)
        {
            var rows = new List<TokenizedExample>();
            foreach (var shard in run.Ingest!.Splits.Values.SelectMany(s => s.Shards))
            {
                await using var content = await Runs.GetBlobClient($"{run.RunId}/{shard}").OpenReadAsync(cancellationToken: Token);
                await foreach (var row in TokenShardReader.ReadAsync(content, Token))
                    rows.Add(row);
            }

            return rows;
        }

        public async Task<string> DownloadAsync(string folder)
        {
            var directory = Directory.CreateTempSubdirectory().FullName;
            await foreach (var blob in Runs.GetBlobsAsync(BlobTraits.None, BlobStates.None, folder, Token))
                await Runs.GetBlobClient(blob.Name).DownloadToAsync(Path.Combine(directory, Path.GetFileName(blob.Name)), Token);
            return directory;
        }

        public async Task<List<(string, string)>> BlobsAsync()
        {
            var blobs = new List<(string, string)>();
            await foreach (var blob in Runs.GetBlobsAsync(cancellationToken: Token))
                blobs.Add((blob.Name, blob.Properties.ETag.ToString()!));
            return blobs;
        }

        private BlobContainerClient Runs => storage.GetBlobContainerClient(BlobLayout.Runs);
    }
}
