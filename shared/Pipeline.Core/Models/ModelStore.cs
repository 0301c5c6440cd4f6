using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Pipeline.Core.Storage;

namespace Pipeline.Core.Models;

/// <summary>Reads published models. A version without a manifest does not exist for it.</summary>
public sealed class ModelStore(BlobServiceClient storage)
{
    private readonly BlobContainerClient _container = storage.GetBlobContainerClient(BlobLayout.Models);

    /// <summary>Names of the models that have, or are getting, a version; in order.</summary>
    public async Task<IReadOnlyList<string>> ListModelsAsync(CancellationToken cancellationToken = default) =>
        await FoldersAsync(null, cancellationToken);

    /// <summary>The manifests of a model's published versions, newest first; empty where there is no such model.</summary>
    public async Task<IReadOnlyList<ModelManifest>> ListVersionsAsync(string modelName, CancellationToken cancellationToken = default)
    {
        var manifests = new List<ModelManifest>();
        foreach (var version in await FoldersAsync(modelName + "/", cancellationToken))
        {
            if (await FindManifestAsync(modelName, version, cancellationToken) is { } manifest)
                manifests.Add(manifest);
        }

        return [.. manifests.OrderByDescending(m => m.CreatedAt)];
    }

    /// <summary>What is in production, or null where nothing has been published.</summary>
    public async Task<ProductionState?> FindProductionAsync(string modelName, CancellationToken cancellationToken = default) =>
        await ReadAsync(BlobLayout.Production(modelName), CoreJson.Indented.ProductionPointer, cancellationToken) is var (pointer, etag)
            ? new ProductionState(pointer, etag)
            : null;

    /// <summary>The manifest of a version, or null where it has not been published.</summary>
    public async Task<ModelManifest?> FindManifestAsync(string modelName, string version, CancellationToken cancellationToken = default) =>
        (await ReadAsync(BlobLayout.Manifest(modelName, version), CoreJson.Indented.ModelManifest, cancellationToken))?.Value;

    /// <summary>Opens a file of a version for reading.</summary>
    /// <param name="manifest">The version.</param>
    /// <param name="file">One of the manifest's files.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <exception cref="FileNotFoundException">The manifest names the file, but it is not there.</exception>
    public async Task<Stream> OpenReadAsync(ModelManifest manifest, ModelFile file, CancellationToken cancellationToken = default)
    {
        var blob = BlobLayout.Version(manifest.ModelName, manifest.Version) + file.Path;
        try
        {
            return (await _container.GetBlobClient(blob).DownloadStreamingAsync(cancellationToken: cancellationToken)).Value.Content;
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            throw new FileNotFoundException($"'{BlobLayout.Models}/{blob}' is in the version's manifest but not in storage.", blob, e);
        }
    }

    // Names of the folders below a prefix.
    private async Task<IReadOnlyList<string>> FoldersAsync(string? prefix, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await foreach (var item in _container.GetBlobsByHierarchyAsync(BlobTraits.None, BlobStates.None, "/", prefix, cancellationToken))
        {
            if (item.IsPrefix)
                names.Add(item.Prefix[(prefix?.Length ?? 0)..^1]);
        }

        return names;
    }

    private async Task<(T Value, ETag ETag)?> ReadAsync<T>(string blob, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            var content = await _container.GetBlobClient(blob).DownloadContentAsync(cancellationToken);
            var value = JsonSerializer.Deserialize(content.Value.Content.ToMemory().Span, type)
                ?? throw new InvalidDataException($"'{BlobLayout.Models}/{blob}' holds null.");
            return (value, content.Value.Details.ETag);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return null;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"'{BlobLayout.Models}/{blob}' cannot be read: {e.Message}", e);
        }
    }
}

/// <summary>The production pointer as it was read.</summary>
/// <param name="Pointer">What it points to.</param>
/// <param name="ETag">The blob's ETag, for a conditional write or to notice a change.</param>
public sealed record ProductionState(ProductionPointer Pointer, ETag ETag);
