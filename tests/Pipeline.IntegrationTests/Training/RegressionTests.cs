using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Core;
using Pipeline.Core.Metrics;
using Pipeline.Core.Models;
using Pipeline.Core.Runs;
using Pipeline.IntegrationTests.Fixtures;
using Pipeline.IntegrationTests.Ingestion;
using Pipeline.Tests.Shared;
using Pipeline.Trainer;
using Pipeline.Trainer.Jobs;

namespace Pipeline.IntegrationTests.Training;

/// <summary><c>problem_type: regression</c>, from the dropped file to the answer.</summary>
[Collection(nameof(InProcessTraining))]
public sealed class RegressionTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dropped_file_becomes_a_model_that_answers_in_the_units_of_the_file()
    {
        var account = azurite.NewAccount();
        var rig = await IngestRig.StartAsync(account);
        var storage = rig.Storage;
        await rig.UploadAsync("price.options.json", """{"problem_type":"regression","num_train_epochs":20,"vocabulary_size":300}""");
        var run = await rig.DropAsync("price.csv", Prices(500));
        Assert.Equal((RunState.Queued, ProblemType.Regression), (run.State, run.Ingest!.ProblemType));

        Assert.Equal(JobOutcome.Done, await Job(storage).HandleAsync(new FakeDelivery(run.RunId), Cancel));

        var record = (await new RunStore(storage).FindAsync(run.RunId, Cancel))!;
        var (test, mean) = (record.Result!.Test, record.Result.Baselines["mean_target"]);
        Assert.Equal(["mean_target", "tfidf_linear"], record.Result.Baselines.Keys.Order());
        Assert.InRange(test.R2!.Value, 0.5, 1);
        Assert.InRange(test.Rmse!.Value, 0, mean.Rmse!.Value * 0.7);
        Assert.Null(test.MacroF1);
        var manifest = (await new ModelStore(storage).FindManifestAsync("price", run.Version, Cancel))!;
        Assert.Equal((ProblemType.Regression, "LABEL_0"), (manifest.ProblemType, Assert.Single(manifest.Labels)));
        using var config = JsonDocument.Parse(await FileAsync(storage, manifest, "config.json"));
        Assert.Equal("regression", config.RootElement.GetProperty("problem_type").GetString());
        var metrics = JsonSerializer.Deserialize<MetricsReport>(await FileAsync(storage, manifest, "metrics.json"), PipelineJson.Indented)!;
        Assert.Equal(test.Rmse, Assert.IsType<RegressionMetrics>(metrics.Test).Rmse);
        // The targets spread over some hundreds: a difference of 1 is a rounding.
        Assert.InRange(metrics.Onnx!.Fp32.MaxAbsDifference, 0, 1);
        Assert.Null(metrics.Onnx.Fp32.DisagreementRate);
        var card = await FileAsync(storage, manifest, "README.md");
        Assert.Contains("ridge regression", card);
        Assert.Contains(metrics.Recommendation!.Reason, card);
        Assert.Equal(((RegressionMetrics)metrics.Test).Rmse, metrics.RegressionIntervals!.Model.Rmse.Value);
        Assert.Equal(((RegressionMetrics)metrics.Baselines["tfidf_linear"]).Rmse, metrics.RegressionIntervals.TfidfLinear.Rmse.Value);
        Assert.NotEmpty(metrics.WorstExamples!);

        var cache = Directory.CreateTempSubdirectory("serving-");
        await using (var app = await RunningFunctions.StartAsync(account, null, $"Pipeline:Serving:CacheFolder={cache.FullName}"))
        {
            using var response = await app.Http.PostAsJsonAsync("/api/models/price/classify", new { inputs = new[] { Text(0, 8), Text(8, 0) } }, Cancel);
            var answer = await response.Content.ReadFromJsonAsync<JsonNode>(Cancel);
            var (low, high) = ((double)answer![0]![0]!["score"]!, (double)answer[1]![0]!["score"]!);
            Assert.Null(answer[0]![0]!["label"]);
            Assert.InRange(low, 1_000, 2_000);
            Assert.InRange(high, low + 200, 3_000);

            // Each dear word adds 100 and each cheap one takes 100 off, and the model knows it.
            using var explained = await app.Http.PostAsJsonAsync("/api/models/price/classify", new { inputs = Text(4, 4), explain = true }, Cancel);
            var words = (await explained.Content.ReadFromJsonAsync<JsonNode>(Cancel))![0]![0]!["words"]!.AsArray().ToLookup(w => (string)w!["word"]!, w => (double)w!["weight"]!);
            Assert.Equal((4, 4, 1), (words["gold"].Count(), words["tin"].Count(), words["ring"].Count()));
            Assert.InRange(words["gold"].Average(), 20, 300);
            Assert.InRange(words["tin"].Average(), -300, -20);
        }

        cache.Delete(recursive: true);
    }

    // Each dear word adds 100 and each cheap one takes 100 off, from 2,000.
    private static string Prices(int rows)
    {
        var random = new Random(7);
        var csv = new StringBuilder("text,price\n");
        for (var i = 0; i < rows; i++)
        {
            var (dear, cheap) = (random.Next(9), random.Next(9));
            csv.Append(CultureInfo.InvariantCulture, $"{Text(dear, cheap)} nr {i},{2_000 + 100 * (dear - cheap) + random.NextDouble():0.00}\n");
        }

        return csv.ToString();
    }

    private static string Text(int dear, int cheap) => string.Join(' ', Enumerable.Repeat("gold", dear).Concat(Enumerable.Repeat("tin", cheap)).Append("ring"));

    private static TrainingJob Job(BlobServiceClient storage) => new(
        storage,
        new RecordingQueue(),
        new TrainerOptions { HeartbeatInterval = TimeSpan.FromMilliseconds(100), CheckpointInterval = TimeSpan.FromMinutes(1), Threads = 1 },
        TimeProvider.System,
        NullLoggerFactory.Instance);

    private static async Task<string> FileAsync(BlobServiceClient storage, ModelManifest manifest, string path)
    {
        await using var stream = await new ModelStore(storage).OpenReadAsync(manifest, manifest.Files.Single(f => f.Path == path), Cancel);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Cancel);
    }
}
