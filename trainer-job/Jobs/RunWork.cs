using System.Text.Json;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging;
using Pipeline.Core;
using Pipeline.Core.Metrics;
using Pipeline.Core.Models;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.Trainer.Checkpoints;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Evaluation;
using Pipeline.Trainer.Publishing;
using Pipeline.Trainer.Training;
using TorchSharp;

namespace Pipeline.Trainer.Jobs;

/// <summary>The work of a run from shards to published version. Whatever an earlier attempt finished is not done again.</summary>
internal sealed class RunWork(BlobServiceClient storage, TrainerOptions options, TimeProvider time, ILoggerFactory loggers)
{
    private readonly ModelPublisher _publisher = new(storage);
    private readonly ILogger _logger = loggers.CreateLogger<RunWork>();

    /// <summary>Does what is left to do.</summary>
    /// <param name="run">The run.</param>
    /// <param name="checkpoints">What training goes on from.</param>
    /// <param name="ownership">The hold on the run.</param>
    /// <param name="reporter">Is told what happens.</param>
    /// <param name="stop">Ends it within a step.</param>
    /// <returns>The outcome, for the run record.</returns>
    public async Task<RunResult> RunAsync(RunRecord run, CheckpointStore checkpoints, RunOwnership ownership, RunReporter reporter, CancellationToken stop)
    {
        if (await new ModelStore(storage).FindManifestAsync(run.ModelName, run.Version, stop) is { } manifest && manifest.RunId == run.RunId)
        {
            reporter.Stage("publish", "An earlier attempt has published the version.");
            using var scratch = new WorkFolder();
            var onDemand = new Promotion(storage, cancel => new TrainingDataLoader(storage).LoadAsync(run, scratch.Sub("tokenizer"), cancel), options.Threads, time);
            return await PromoteAsync(run, await ReadMetricsAsync(run, stop), onDemand, ownership, reporter, stop);
        }

        // The attempt that decided was killed before the version came into being: the run can be cancelled again, and is decided on anew.
        if (run.Promotion is not null)
        {
            await ownership.UpdateAsync(r => r with { Promotion = null }, stop);
            run = run with { Promotion = null };
        }

        using var folder = new WorkFolder();
        reporter.Stage("prepare", "Reading the shards.");
        var inputs = await TrainingInputs.LoadAsync(storage, run, folder, stop);
        ArgumentReport.Write(inputs.Arguments, reporter);

        reporter.Stage("baseline", "Fitting the baselines.");
        var baselines = await Task.Run(() => BaselineRun.Measure(inputs.Data, stop), stop);
        reporter.Event("evaluation", "The baselines are measured.", metrics: Named(baselines.Metrics.SelectMany(b => b.Value.Figures().Select(f => (b.Key + "_test_" + f.Key, (double?)f.Value)))));

        var (metrics, steps) = await TorchThread.RunAsync(() => TrainAndWrite(run, inputs, checkpoints, baselines, ownership, reporter, stop));

        reporter.Stage("publish", "Publishing the version.");
        var data = inputs.Data;
        var promotion = new Promotion(storage, _ => Task.FromResult(data), options.Threads, time);
        var decision = await promotion.DecideAsync(run, metrics.Test, stop);
        await _publisher.PublishAsync(
            folder.Sub("version"),
            new ModelManifest(
                run.ModelName, run.Version, run.RunId, time.GetUtcNow(), data.Labels, inputs.Arguments.MaxLength, metrics.Test.Headline(), [], data.Problem, data.HasPairs,
                DecisionRule.Of(metrics), metrics.Onnx),
            // From here on the run cannot be cancelled: either a cancellation came before this write, or it comes too late.
            cancel => ownership.UpdateAsync(r => RunOwnership.Reached(r, steps + 2) with { Promotion = decision }, cancel),
            stop);
        return await PromoteAsync(run with { Promotion = decision }, metrics, promotion, ownership, reporter, stop);
    }

    private (MetricsReport Metrics, int Steps) TrainAndWrite(
        RunRecord run,
        TrainingInputs inputs,
        CheckpointStore checkpoints,
        BaselineFigures baselines,
        RunOwnership ownership,
        RunReporter reporter,
        CancellationToken stop)
    {
        var (data, arguments, folder) = inputs;
        using var training = new ModelTraining(inputs, checkpoints, options.Threads, reporter, stop);
        training.Run(options.CheckpointInterval, time, _logger, stop);

        var (model, state) = (training.Model, training.State);
        reporter.Stage("test", "Scoring the test split.");
        ownership.UpdateAsync(r => RunOwnership.Reached(r, state.Step + 1) with { State = RunState.Evaluating }, stop).GetAwaiter().GetResult();
        reporter.Event("state", "Training is over; scoring the test split.", RunState.Evaluating, state.Step);
        var assessment = data.Problem == ProblemType.Regression ? null : new ModelAssessment(inputs, run.Options, model, reporter, stop);
        training.Lora?.Save(folder.Sub("version/adapter"));
        training.Lora?.Merge(); // what is published is what is scored
        var metrics = assessment?.Measure(model, state, baselines, stop) ?? RegressionAssessment.Measure(inputs, run.Options, model, state, baselines, stop);
        reporter.Stage("export", "Exporting the model to ONNX, and checking the graphs against it.");
        OnnxExport.Write(folder.Sub("version"), model);
        double[]? thresholds = metrics.Thresholds is { } chosen ? [.. chosen.Select(t => t.Threshold)] : null;
        var onnx = OnnxExport.Check(folder.Sub("version"), model, data, arguments.MaxLength, thresholds, torch.get_num_threads(), stop);
        reporter.Event("evaluation", $"The exported graphs are checked. {onnx.Reason}", metrics: Named(
        [
            ("onnx_fp32_max_abs_difference", onnx.Fp32.MaxAbsDifference),
            ("onnx_int8_disagreement_rate", onnx.Int8.DisagreementRate),
            ("onnx_int8_accuracy", onnx.Int8.Accuracy),
            ("onnx_int8_micro_f1", onnx.Int8.MicroF1),
            ("onnx_int8_rmse", onnx.Int8.Rmse),
        ]));
        metrics = metrics with { Onnx = onnx, Sweep = run.Sweep };
        ModelFolderWriter.Write(folder.Sub("version"), inputs.TokenizerFolder, model, run, arguments, metrics);
        return (metrics, state.Step);
    }

    private static async Task<RunResult> PromoteAsync(
        RunRecord run, MetricsReport metrics, Promotion promotion, RunOwnership ownership, RunReporter reporter, CancellationToken stop)
    {
        reporter.Event("evaluation", "The test split is scored.", metrics: ScalarFigures.Of(metrics.Test, "test_"));
        if (metrics.Recommendation is { } recommendation)
            reporter.Event(recommendation.Choice == Recommendation.Model ? "evaluation" : "warning", recommendation.Reason);
        else if (metrics.LinearBaselineIsBetter)
            reporter.Event("warning", "The linear baseline is better than the model on the test split.");
        var (decision, inProduction) = await promotion.CarryOutAsync(
            run, metrics.Test, (taken, cancel) => ownership.UpdateAsync(r => r with { Promotion = taken }, cancel), stop);
        reporter.Event("promotion", decision.Reason, metrics: decision is { Candidate: { } candidate, Current: { } current, Tolerance: { } tolerance }
            ? new Dictionary<string, double> { ["candidate"] = candidate, ["current"] = current, ["tolerance"] = tolerance }
            : null);
        reporter.Event("published", $"Version {run.Version} is {(inProduction ? "in production" : "published and kept, but not in production")}.");
        return new RunResult(
            run.Version,
            metrics.BestEpoch,
            metrics.Test.Headline(),
            metrics.Baselines.ToDictionary(b => b.Key, b => b.Value.Headline()),
            inProduction,
            metrics.Recommendation,
            decision);
    }

    private async Task<MetricsReport> ReadMetricsAsync(RunRecord run, CancellationToken stop)
    {
        var blob = storage.GetBlobContainerClient(BlobLayout.Models).GetBlobClient(BlobLayout.Version(run.ModelName, run.Version) + "metrics.json");
        var content = await blob.DownloadContentAsync(stop);
        return JsonSerializer.Deserialize<MetricsReport>(content.Value.Content.ToMemory().Span, PipelineJson.Indented)
            ?? throw new InvalidDataException($"'{blob.Name}' holds null.");
    }

    // Which figures there are depends on what the model answers.
    private static Dictionary<string, double> Named(IEnumerable<(string Name, double? Value)> figures) =>
        figures.Where(f => f.Value is not null).ToDictionary(f => f.Name, f => f.Value!.Value);
}
