using Microsoft.Extensions.Options;
using Pipeline.Core.Models;
using Pipeline.Core.Tokenization;
using Pipeline.Functions.Serving.Files;
using Pipeline.Functions.Telemetry;

namespace Pipeline.Functions.Serving;

/// <summary>Loads published versions from blob storage, through a folder on this machine.</summary>
internal sealed class PublishedModels(
    ModelStore store, ModelCacheFolder folder, TokenizerAhead tokenizers, IOptions<ServingOptions> options, ServingMeter meter, ILogger<PublishedModels> logger) : IModelSource
{
    // GPT-2 small in int8 opens in 70 ms of processor time; another 450 ms go into packing its weights, which may come after the first answers.
    private static readonly TimeSpan PackAfter = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public async Task<string?> FindProductionVersionAsync(string modelName, CancellationToken cancellationToken) =>
        (await store.FindProductionAsync(modelName, cancellationToken))?.Pointer.Version;

    /// <inheritdoc/>
    public async Task<bool> IsPublishedAsync(string modelName, string version, CancellationToken cancellationToken) =>
        await store.FindManifestAsync(modelName, version, cancellationToken) is not null;

    /// <inheritdoc/>
    public async Task<LoadedModel> LoadAsync(string modelName, string version, CancellationToken cancellationToken)
    {
        var start = meter.Time.GetTimestamp();
        var manifest = await store.FindManifestAsync(modelName, version, cancellationToken)
            ?? throw new InvalidDataException($"Version '{version}' of model '{modelName}' has no manifest.");
        var precision = options.Value.Precision.For(manifest);
        var graph = OnnxFiles.Name(precision);
        if (manifest.Files.All(f => f.Path != graph))
        {
            var asked = options.Value.Precision == ServingPrecision.Auto ? "its manifest" : $"{ServingOptions.Section}:{nameof(ServingOptions.Precision)}";
            throw new InvalidDataException($"Version '{version}' of model '{modelName}' has no {graph}, which {asked} asks for.");
        }

        // The weights for training are many times larger and stay where they are.
        string[] needed = [graph, graph + OnnxFiles.WeightsSuffix, .. HuggingFaceTokenizer.ReadFiles];

        var files = await folder.HoldAsync(manifest, [.. manifest.Files.Where(f => needed.Contains(f.Path))], cancellationToken);
        try
        {
            var filesAfter = meter.Time.GetElapsedTime(start);
            var classifier = await OpenAsync(manifest, files, graph);
            logger.LogInformation(
                "Loaded version {Version} of model {Model} in {Precision}: {Milliseconds:0} ms, {FilesMilliseconds:0} of them for files that were {Where}",
                version, modelName, precision, meter.Time.GetElapsedTime(start).TotalMilliseconds, filesAfter.TotalMilliseconds, files.WereThere ? "here" : "downloaded");
            folder.DeleteOthers(modelName);
            return new LoadedModel(manifest, classifier, () =>
            {
                files.Dispose();
                logger.LogInformation("Unloaded version {Version} of model {Model}", version, modelName);
            })
            {
                Bytes = manifest.Files.Where(f => f.Path.StartsWith(graph, StringComparison.Ordinal)).Sum(f => f.SizeBytes),
            };
        }
        catch (Exception e)
        {
            files.Dispose();
            if (e is FileNotFoundException or NotSupportedException)
                throw new InvalidDataException($"Version '{version}' of model '{modelName}' cannot be loaded: {e.Message}", e);
            throw;
        }
    }

    // Reading the vocabulary and the graph both take some tenths of a second for a large model: each has a core.
    private async Task<OnnxTextClassifier> OpenAsync(ModelManifest manifest, HeldFiles files, string graph)
    {
        var reading = tokenizers.LoadAsync(files);
        var model = new QuickStartModel(Open(prepack: false), () => Open(prepack: true), PackAfter, meter.Time, logger);
        try
        {
            return new OnnxTextClassifier(
                model, await reading, manifest.MaxLength, options.Value.MaxBatchTokens, options.Value.MaxQueuedTokens, meter.Of(manifest.ModelName));
        }
        catch
        {
            model.Dispose();
            throw;
        }

        OnnxModel Open(bool prepack) => OnnxModel.Load(Path.Combine(files.Path, graph), manifest.Labels.Count, options.Value.Threads, prepack);
    }
}
