using System.Globalization;
using System.Text.Json;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging;
using Pipeline.Core;
using Pipeline.Core.Baselines;
using Pipeline.Core.Metrics;
using Pipeline.Core.Models;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.Modeling;
using Pipeline.Modeling.Optimization;
using Pipeline.Trainer.Checkpoints;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Publishing;
using Pipeline.Trainer.Training;
using TorchSharp;

namespace Pipeline.Trainer.Jobs;

/// <summary>The work of a run from shards to published version. Whatever an earlier attempt finished is not done again.</summary>
internal sealed class RunWork(BlobServiceClient storage, TrainerOptions options, TimeProvider time, ILoggerFactory loggers)
{
    private readonly ModelPublisher _publisher = new(storage, time);
    private readonly ILogger _logger = loggers.CreateLogger<RunWork>();

    /// <summary>Does what is left to do.</summary>
    /// <returns>The outcome, for the run record.</returns>
    public async Task<RunResult> RunAsync(RunRecord run, RunOwnership ownership, RunReporter reporter, CancellationToken stop)
    {
        if (await new ModelStore(storage).FindManifestAsync(run.ModelName, run.Version, stop) is { } manifest && manifest.RunId == run.RunId)
        {
            reporter.Stage("publish", "An earlier attempt has published the version.");
            return await PromoteAsync(run, await ReadMetricsAsync(run, stop), reporter, stop);
        }

        using var folder = new WorkFolder();
        var tokenizerFolder = folder.Sub("tokenizer");
        reporter.Stage("prepare", "Reading the shards.");
        var data = await new TrainingDataLoader(storage).LoadAsync(run, tokenizerFolder, stop);
        var baseModel = run.Options.BaseModel is { } name
            ? await BaseModel.DownloadAsync(storage, name, folder.Sub("base-model"), stop)
            : null;
        var template = data.Tokenizer.Template;
        var arguments = TrainingArgumentsFactory.Create(run.Options, [.. data.Train.Select(e => InputBuilder.WholeLength(template, e))], baseModel, data.Problem);

        reporter.Stage("baseline", "Fitting the baselines.");
        var baselines = await Task.Run(() => BaselineRun.Measure(data, stop), stop);
        reporter.Event("evaluation", "The baselines are measured.", metrics: baselines.ToDictionary(b => b.Key + "_test_macro_f1", b => b.Value.Macro.F1));

        var metrics = await RunOnThreadAsync(() => TrainAndWrite(run, data, arguments, baselines, folder, tokenizerFolder, ownership, reporter, stop));

        reporter.Stage("publish", "Publishing the version.");
        await _publisher.PublishAsync(
            folder.Sub("version"),
            new ModelManifest(
                run.ModelName, run.Version, run.RunId, time.GetUtcNow(), data.Labels, arguments.MaxLength, metrics.Test.Headline(), [], data.Problem, data.HasPairs),
            ownership.EnsureAsync,
            stop);
        return await PromoteAsync(run, metrics, reporter, stop);
    }

    private MetricsReport TrainAndWrite(
        RunRecord run,
        TrainingData data,
        TrainingArguments arguments,
        IReadOnlyDictionary<string, ClassificationMetrics> baselines,
        WorkFolder folder,
        string tokenizerFolder,
        RunOwnership ownership,
        RunReporter reporter,
        CancellationToken stop)
    {
        var device = TorchRuntime.Initialize(options.Threads);
        var (model, lora) = arguments.BaseModel is null
            ? (ModelFactory.FromScratch(arguments, data), null)
            : ModelFactory.FromBaseModel(folder.Sub("base-model"), arguments, data);
        model.to(device);
        ReportMemory(model, reporter);
        using var loop = new TrainingLoop(model, data, arguments, reporter);
        var checkpoints = new CheckpointStore(storage, run.RunId);
        using (var tensors = new TemporaryFile())
        {
            if (checkpoints.ReadAsync(arguments, tensors.Path, stop).GetAwaiter().GetResult() is { } state)
            {
                Restore(loop, checkpoints, tensors.Path);
                loop.State = state;
                reporter.Event("checkpoint", $"Going on from step {state.Step}.", step: state.Step);
            }
        }

        reporter.Stage("train", $"Training from step {loop.State.Step} on {device}.");
        var writer = new CheckpointWriter(checkpoints, loop, arguments, options.CheckpointInterval, time, _logger);
        try
        {
            loop.Run(writer.AfterStep, stop);
        }
        finally
        {
            writer.FinishAsync().GetAwaiter().GetResult();
        }

        reporter.Stage("test", "Scoring the test split.");
        ownership.UpdateAsync(r => r with { State = RunState.Evaluating }, stop).GetAwaiter().GetResult();
        reporter.Event("state", "Training is over; scoring the test split.", RunState.Evaluating, loop.State.Step);
        lora?.Save(folder.Sub("version/adapter"));
        lora?.Merge(); // what is published is what is scored
        var test = new Evaluator(data, data.Test, data.Inputs(arguments.MaxLength)).Evaluate(model, stop);
        reporter.Stage("export", "Exporting the model to ONNX, and checking the graphs against it.");
        OnnxExport.Write(folder.Sub("version"), model);
        var onnx = OnnxExport.Check(folder.Sub("version"), model, new Evaluator(data, data.Validation, data.Inputs(arguments.MaxLength)), torch.get_num_threads(), stop);
        reporter.Event("evaluation", "The exported graphs are checked.", metrics: new Dictionary<string, double>
        {
            ["onnx_fp32_max_abs_difference"] = onnx.Fp32.MaxAbsDifference,
            ["onnx_int8_disagreement_rate"] = onnx.Int8.DisagreementRate,
            ["onnx_int8_validation_accuracy"] = onnx.Int8.Accuracy,
        });
        var metrics = new MetricsReport(
            loop.State.BestEpoch,
            test,
            loop.State.BestValidation!,
            baselines,
            LinearBaselineIsBetter: baselines[BaselineNames.TfidfLinear].Macro.F1 > test.Macro.F1,
            loop.State.History,
            onnx);
        ModelFolderWriter.Write(folder.Sub("version"), tokenizerFolder, model, run, arguments, metrics);
        return metrics;
    }

    private static void ReportMemory(SequenceClassifier model, RunReporter reporter)
    {
        var memory = TrainingMemory.Of(model);
        reporter.Event(
            "memory",
            string.Create(CultureInfo.InvariantCulture, $"{memory.TrainedParameters:N0} of {memory.Parameters:N0} parameters are trained."),
            metrics: new Dictionary<string, double>
            {
                ["parameters"] = memory.Parameters,
                ["trained_parameters"] = memory.TrainedParameters,
                ["weight_bytes"] = memory.WeightBytes,
                ["gradient_bytes"] = memory.GradientBytes,
                ["optimizer_bytes"] = memory.OptimizerBytes,
            });
    }

    private static void Restore(TrainingLoop loop, CheckpointStore checkpoints, string path)
    {
        try
        {
            loop.Tensors.Load(path);
        }
        catch (InvalidDataException)
        {
            // Half of it may be in the model by now: this attempt is lost, and the next one begins anew.
            checkpoints.DeleteAllAsync(CancellationToken.None).GetAwaiter().GetResult();
            throw;
        }
    }

    private async Task<RunResult> PromoteAsync(RunRecord run, MetricsReport metrics, RunReporter reporter, CancellationToken stop)
    {
        reporter.Event("evaluation", "The test split is scored.", metrics: new Dictionary<string, double>
        {
            ["test_accuracy"] = metrics.Test.Accuracy,
            ["test_macro_f1"] = metrics.Test.Macro.F1,
        });
        if (metrics.LinearBaselineIsBetter)
            reporter.Event("warning", "The linear baseline is better than the model on the test split.");
        var inProduction = await _publisher.PromoteAsync(run.ModelName, run.Version, stop);
        reporter.Event("published", inProduction
            ? $"Version {run.Version} is in production."
            : $"Version {run.Version} is published; a newer one is in production.");
        return new RunResult(
            run.Version,
            metrics.BestEpoch,
            metrics.Test.Headline(),
            metrics.Baselines.ToDictionary(b => b.Key, b => b.Value.Headline()),
            inProduction);
    }

    private async Task<MetricsReport> ReadMetricsAsync(RunRecord run, CancellationToken stop)
    {
        var blob = storage.GetBlobContainerClient(BlobLayout.Models).GetBlobClient(BlobLayout.Version(run.ModelName, run.Version) + "metrics.json");
        var content = await blob.DownloadContentAsync(stop);
        return JsonSerializer.Deserialize<MetricsReport>(content.Value.Content.ToMemory().Span, PipelineJson.Indented)
            ?? throw new InvalidDataException($"'{blob.Name}' holds null.");
    }

    /// <summary>libtorch keeps a pool of threads for each calling thread, so all its work is done on one.</summary>
    private static Task<T> RunOnThreadAsync<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
