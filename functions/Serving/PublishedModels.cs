using Microsoft.Extensions.Options;
using Pipeline.Core.Models;
using Pipeline.Core.Tokenization;
using Pipeline.Functions.Telemetry;

namespace Pipeline.Functions.Serving;

/// <summary>Loads published versions from blob storage, through a folder on this machine.</summary>
internal sealed class PublishedModels(
    ModelStore store, ModelCacheFolder folder, IOptions<ServingOptions> options, ServingMeter meter, ILogger<PublishedModels> logger) : IModelSource
{
    /// <inheritdoc/>
    public async Task<string?> FindProductionVersionAsync(string modelName, CancellationToken cancellationToken) =>
        (await store.FindProductionAsync(modelName, cancellationToken))?.Pointer.Version;

    /// <inheritdoc/>
    public async Task<LoadedModel> LoadAsync(string modelName, string version, CancellationToken cancellationToken)
    {
        var manifest = await store.FindManifestAsync(modelName, version, cancellationToken)
            ?? throw new InvalidDataException($"Version '{version}' of model '{modelName}' is in production but has no manifest.");
        var precision = options.Value.Precision.For(manifest);
        var graph = OnnxFiles.Name(precision);
        if (manifest.Files.All(f => f.Path != graph))
        {
            var asked = options.Value.Precision == ServingPrecision.Auto ? "its manifest" : $"{ServingOptions.Section}:{nameof(ServingOptions.Precision)}";
            throw new InvalidDataException($"Version '{version}' of model '{modelName}' has no {graph}, which {asked} asks for.");
        }

        // The weights for training are many times larger and stay where they are.
        string[] needed = [graph, graph + OnnxFiles.WeightsSuffix, .. HuggingFaceTokenizer.ReadFiles];

        var path = folder.NewFolder();
        try
        {
            await ModelDownload.ToFolderAsync(store, manifest, f => needed.Contains(f.Path), path, cancellationToken);
            // Reading the vocabulary and optimizing the graph take seconds for a large model.
            var classifier = await Task.Run(() => Open(manifest, path, graph), cancellationToken);
            logger.LogInformation("Loaded version {Version} of model {Model} in {Precision}", version, modelName, precision);
            return new LoadedModel(manifest, classifier, () =>
            {
                folder.Delete(path);
                logger.LogInformation("Unloaded version {Version} of model {Model}", version, modelName);
            })
            {
                Bytes = manifest.Files.Where(f => f.Path.StartsWith(graph, StringComparison.Ordinal)).Sum(f => f.SizeBytes),
            };
        }
        catch (Exception e)
        {
            folder.Delete(path);
            if (e is FileNotFoundException or NotSupportedException)
                throw new InvalidDataException($"Version '{version}' of model '{modelName}' cannot be loaded: {e.Message}", e);
            throw;
        }
    }

    private OnnxTextClassifier Open(ModelManifest manifest, string path, string graph)
    {
        var tokenizer = HuggingFaceTokenizer.Load(path);
        var model = OnnxModel.Load(Path.Combine(path, graph), manifest.Labels.Count, options.Value.Threads);
        return new OnnxTextClassifier(
            model, tokenizer, manifest.MaxLength, options.Value.MaxBatchTokens, options.Value.MaxQueuedTokens, meter.Of(manifest.ModelName));
    }
}
