using Azure.Storage.Blobs;
using Pipeline.Core.Runs;
using Pipeline.Modeling;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Jobs;

namespace Pipeline.Trainer.Training;

/// <summary>What a training begins with.</summary>
/// <param name="Data">The examples.</param>
/// <param name="Arguments">What was asked for, and chosen for the examples.</param>
/// <param name="Folder">Holds the tokenizer, and the base model where there is one.</param>
internal sealed record TrainingInputs(TrainingData Data, TrainingArguments Arguments, WorkFolder Folder)
{
    /// <summary>The tokenizer's files.</summary>
    public string TokenizerFolder => Folder.Sub("tokenizer");

    /// <summary>The base model's files; empty where a model is trained from scratch.</summary>
    public string BaseModelFolder => Folder.Sub("base-model");

    /// <summary>Downloads what a run needs and chooses its arguments.</summary>
    /// <param name="storage">Where it lies.</param>
    /// <param name="run">The run.</param>
    /// <param name="folder">Takes tokenizer and base model.</param>
    /// <param name="cancellationToken">Stops the download.</param>
    /// <exception cref="PermanentFailureException">What ingest wrote, or the base model, cannot be used.</exception>
    public static async Task<TrainingInputs> LoadAsync(BlobServiceClient storage, RunRecord run, WorkFolder folder, CancellationToken cancellationToken)
    {
        var data = await new TrainingDataLoader(storage).LoadAsync(run, folder.Sub("tokenizer"), cancellationToken);
        var baseModel = run.Options.BaseModel is { } name
            ? await BaseModel.DownloadAsync(storage, name, folder.Sub("base-model"), cancellationToken)
            : null;
        var template = data.Tokenizer.Template;
        var arguments = TrainingArgumentsFactory.Create(
            run.Options, [.. data.Train.Select(e => InputBuilder.WholeLength(template, e))], baseModel, data.Problem, TorchRuntime.DeviceMemory());
        MetricCheck.Require(arguments.MetricForBestModel, data);
        return new TrainingInputs(
            data, arguments with { ClassWeights = ClassWeighting.Of(run.Options.ClassWeights, data.Labels, data.Train, data.Problem) }, folder);
    }
}
