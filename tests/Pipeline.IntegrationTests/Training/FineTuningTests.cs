using System.Text.Json;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Core;
using Pipeline.Core.Metrics;
using Pipeline.Core.Models;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.IntegrationTests.Fixtures;
using Pipeline.IntegrationTests.Ingestion;
using Pipeline.Modeling.Safetensors;
using Pipeline.Trainer;
using Pipeline.Trainer.Jobs;

namespace Pipeline.IntegrationTests.Training;

[Collection(nameof(InProcessTraining))]
public sealed class FineTuningTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly RunOptions FineTuning = new() { BaseModel = TinyBert.Name, NumTrainEpochs = 3, LearningRate = 5e-3 };
    private static readonly RunOptions Lora = FineTuning with { LoraR = 4, LoraTargetModules = new("query", "value", "intermediate.dense"), LearningRate = 2e-2 };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_bert_base_model_learns_from_pairs_and_is_published_with_its_tokenizer()
    {
        var storage = await azurite.NewPipelineAccountAsync();
        var tokenizer = await TinyBert.UploadAsync(storage, Cancel);
        var run = await SeededRun.CreateAsync(storage, Cancel, options: FineTuning, tokenizer: tokenizer, hasPairs: true);

        await TrainAsync(storage, run);

        var record = await FindAsync(storage, run);
        Assert.InRange(record.Result!.Test.MacroF1!.Value, record.Result.Baselines["majority_class"].MacroF1!.Value + 0.2, 1.0);
        var manifest = await ManifestAsync(storage, run);
        Assert.True(manifest.HasPairs);
        Assert.Superset(new HashSet<string> { "config.json", "model.safetensors", "vocab.txt", "tokenizer.json", "tokenizer_config.json", "onnx/model.onnx" }, manifest.Files.Select(f => f.Path).ToHashSet());
        using var config = await JsonAsync(storage, manifest, "config.json");
        Assert.Equal("bert", config.RootElement.GetProperty("model_type").GetString());
        Assert.Equal("single_label_classification", config.RootElement.GetProperty("problem_type").GetString());
        Assert.Equal("spam", config.RootElement.GetProperty("id2label").GetProperty("1").GetString());
    }

    [Fact]
    public async Task With_lora_the_merged_model_is_published_with_the_adapter_beside_it()
    {
        var storage = await azurite.NewPipelineAccountAsync();
        var tokenizer = await TinyBert.UploadAsync(storage, Cancel);
        var run = await SeededRun.CreateAsync(storage, Cancel, rows: 800, options: Lora, tokenizer: tokenizer);

        await TrainAsync(storage, run);

        var record = await FindAsync(storage, run);
        Assert.InRange(record.Result!.Test.MacroF1!.Value, record.Result.Baselines["majority_class"].MacroF1!.Value + 0.2, 1.0);
        var manifest = await ManifestAsync(storage, run);
        Assert.Superset(new HashSet<string> { "adapter/adapter_config.json", "adapter/adapter_model.safetensors", "onnx/model.onnx" }, manifest.Files.Select(f => f.Path).ToHashSet());
        using var adapter = await JsonAsync(storage, manifest, "adapter/adapter_config.json");
        Assert.Equal(4, adapter.RootElement.GetProperty("r").GetInt32());
        Assert.Equal(TinyBert.Name, adapter.RootElement.GetProperty("base_model_name_or_path").GetString());

        // The temperature is in the head of both.
        using var metrics = await JsonAsync(storage, manifest, "metrics.json");
        Assert.NotEqual(1, metrics.Deserialize<MetricsReport>(PipelineJson.Indented)!.Calibration!.Temperature);
        Assert.Equal(await TensorAsync("model.safetensors", "classifier.weight"), await TensorAsync("adapter/adapter_model.safetensors", "base_model.model.classifier.weight"));

        async Task<float[]> TensorAsync(string file, string name)
        {
            var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");
            try
            {
                await storage.GetBlobContainerClient(BlobLayout.Models).GetBlobClient(BlobLayout.Version(manifest.ModelName, manifest.Version) + file).DownloadToAsync(path, Cancel);
                using var source = SafetensorsReader.Open(path);
                using var tensor = source.Read(name);
                return tensor.data<float>().ToArray();
            }
            finally
            {
                File.Delete(path);
            }
        }
    }

    [Fact]
    public async Task With_lora_a_stopped_trainer_s_work_is_taken_up_to_the_same_weights()
    {
        var undisturbed = await azurite.NewPipelineAccountAsync();
        var run = await SeededRun.CreateAsync(undisturbed, Cancel, options: Lora, tokenizer: await TinyBert.UploadAsync(undisturbed, Cancel));
        await TrainAsync(undisturbed, run);

        var storage = await azurite.NewPipelineAccountAsync();
        await SeededRun.CreateAsync(storage, Cancel, options: Lora, tokenizer: await TinyBert.UploadAsync(storage, Cancel));
        var delivery = new FakeDelivery(run.RunId);
        using (var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel))
        {
            var working = Job(storage).HandleAsync(delivery, stop.Token);
            while (!working.IsCompleted && !await HasCheckpointAsync(storage, run))
                await Task.Delay(5, Cancel);
            await stop.CancelAsync();
            Assert.Equal(JobOutcome.Stopped, await working);
        }

        await TrainAsync(storage, run, deliveryCount: 2);

        var (expected, actual) = (await ManifestAsync(undisturbed, run), await ManifestAsync(storage, run));
        foreach (var file in (string[])["model.safetensors", "adapter/adapter_model.safetensors"])
            Assert.Equal(expected.Files.Single(f => f.Path == file).Sha256, actual.Files.Single(f => f.Path == file).Sha256);
    }

    [Fact]
    public async Task Several_labels_a_text_are_learned_from_scratch_and_measured_one_by_one()
    {
        var storage = await azurite.NewPipelineAccountAsync();
        var run = await SeededRun.CreateAsync(storage, Cancel, options: new RunOptions { NumTrainEpochs = 8, TuneThresholds = true, IncludeTextsInMetrics = true }, problem: ProblemType.MultiLabelClassification);

        await TrainAsync(storage, run);

        var record = await FindAsync(storage, run);
        Assert.InRange(record.Result!.Test.MicroF1!.Value, 0.75, 1.0);
        Assert.InRange(record.Result.Test.MacroF1!.Value, record.Result.Baselines["majority_class"].MacroF1!.Value + 0.2, 1.0);
        var manifest = await ManifestAsync(storage, run);
        Assert.Equal(ProblemType.MultiLabelClassification, manifest.ProblemType);
        using var config = await JsonAsync(storage, manifest, "config.json");
        Assert.Equal("multi_label_classification", config.RootElement.GetProperty("problem_type").GetString());
        using var json = await JsonAsync(storage, manifest, "metrics.json");
        var report = json.Deserialize<MetricsReport>(PipelineJson.Indented)!;
        var test = (ClassificationMetrics)report.Test;
        Assert.Equal(["ham", "spam", "urgent"], test.PerClass.Select(c => c.Label));
        Assert.Equal(3, test.MultilabelConfusionMatrix!.Count);
        Assert.NotNull(test.HammingLoss);
        Assert.Equal(report.Thresholds!.Select(t => t.Threshold), manifest.Decisions!.Thresholds);
        Assert.All(report.Thresholds!, t => Assert.True(t.F1 >= t.F1AtHalf));
        Assert.NotNull(report.TestAtHalf);
        Assert.All(report.TestExamples!.MostConfused, e => Assert.NotEmpty(e.Text!));
    }

    [Fact]
    public async Task Options_that_do_not_fit_the_base_model_fail_the_run_with_the_reason()
    {
        var storage = await azurite.NewPipelineAccountAsync();
        var tokenizer = await TinyBert.UploadAsync(storage, Cancel);
        var run = await SeededRun.CreateAsync(storage, Cancel, options: Lora with { LoraTargetModules = "c_attn" }, tokenizer: tokenizer);

        Assert.Equal(JobOutcome.Failed, await Job(storage).HandleAsync(new FakeDelivery(run.RunId), Cancel));

        var failure = (await FindAsync(storage, run)).Failure!;
        Assert.Equal("bad-options", failure.Code);
        Assert.Contains("c_attn", failure.Message, StringComparison.Ordinal);
        Assert.Contains("query", failure.Message, StringComparison.Ordinal);
    }

    private static async Task TrainAsync(BlobServiceClient storage, RunRecord run, int deliveryCount = 1)
    {
        var outcome = await Job(storage).HandleAsync(new FakeDelivery(run.RunId, deliveryCount), Cancel);
        Assert.True(outcome == JobOutcome.Done, (await FindAsync(storage, run)).Failure?.Message);
    }

    private static TrainingJob Job(BlobServiceClient storage) => new(
        storage,
        new RecordingQueue(),
        new TrainerOptions { HeartbeatInterval = TimeSpan.FromMilliseconds(100), CheckpointInterval = TimeSpan.Zero, Threads = 1 },
        TimeProvider.System,
        NullLoggerFactory.Instance);

    private static async Task<RunRecord> FindAsync(BlobServiceClient storage, RunRecord run) => (await new RunStore(storage).FindAsync(run.RunId, Cancel))!;

    private static async Task<ModelManifest> ManifestAsync(BlobServiceClient storage, RunRecord run) =>
        (await new ModelStore(storage).FindManifestAsync("mail", run.Version, Cancel))!;

    private static async Task<bool> HasCheckpointAsync(BlobServiceClient storage, RunRecord run) =>
        await storage.GetBlobContainerClient(BlobLayout.Runs).GetBlobClient(BlobLayout.Checkpoints(run.RunId) + "latest.json").ExistsAsync(Cancel);

    private static async Task<JsonDocument> JsonAsync(BlobServiceClient storage, ModelManifest manifest, string path)
    {
        await using var stream = await new ModelStore(storage).OpenReadAsync(manifest, manifest.Files.Single(f => f.Path == path), Cancel);
        return await JsonDocument.ParseAsync(stream, cancellationToken: Cancel);
    }
}
