using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Pipeline.Core.Storage;

namespace Pipeline.Core.Models;

/// <summary>
/// Publishes a version: its files, then the manifest that makes it exist. Every step may be repeated by another attempt at the
/// same run after a kill; the outcome is the same. Whether the version answers is up to <see cref="ProductionSwitch"/>.
/// </summary>
public sealed class ModelPublisher(BlobServiceClient storage)
{
    private const string Sha256 = "sha256";

    private readonly ModelStore _published = new(storage);
    private readonly BlobContainerClient _models = storage.GetBlobContainerClient(BlobLayout.Models);

    /// <summary>Uploads a folder as a version. Where the same run has written the manifest before, nothing is uploaded again.</summary>
    /// <param name="folder">The version's files as they are to lie in storage, without the manifest.</param>
    /// <param name="manifest">The manifest; its <see cref="ModelManifest.Files"/> are filled in here.</param>
    /// <param name="beforeManifest">Called when all files are up, right before the version comes into being; throws to prevent it.</param>
    /// <param name="cancellationToken">Stops between two writes; the version then does not exist.</param>
    /// <returns>The manifest as it stands in storage.</returns>
    /// <exception cref="ModelVersionConflictException">The version belongs to another run, or its files are not those of the manifest.</exception>
    public async Task<ModelManifest> PublishAsync(
        string folder, ModelManifest manifest, Func<CancellationToken, Task> beforeManifest, CancellationToken cancellationToken = default)
    {
        if (await _published.FindManifestAsync(manifest.ModelName, manifest.Version, cancellationToken) is not { } published)
        {
            var files = new List<ModelFile>();
            foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
                files.Add(await UploadAsync(folder, path, manifest, cancellationToken));
            await beforeManifest(cancellationToken);
            published = manifest with { Files = files };
            if (!await JsonBlob.TryWriteAsync(_models, BlobLayout.Manifest(manifest.ModelName, manifest.Version), published, CoreJson.Indented.ModelManifest, new BlobRequestConditions { IfNoneMatch = ETag.All }, cancellationToken))
                published = (await _published.FindManifestAsync(manifest.ModelName, manifest.Version, cancellationToken))!;
        }

        if (published.RunId != manifest.RunId)
        {
            throw new ModelVersionConflictException(
                $"Version '{manifest.Version}' of '{manifest.ModelName}' was published by run '{published.RunId}', not by '{manifest.RunId}'.");
        }

        await VerifyAsync(published, cancellationToken);
        return published;
    }

    private async Task<ModelFile> UploadAsync(string folder, string path, ModelManifest manifest, CancellationToken cancellationToken)
    {
        await using var content = File.OpenRead(path);
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
        content.Position = 0;
        var relative = Path.GetRelativePath(folder, path).Replace('\\', '/');
        var blob = _models.GetBlobClient(BlobLayout.Version(manifest.ModelName, manifest.Version) + relative);
        await blob.UploadAsync(
            content,
            new BlobUploadOptions
            {
                HttpHeaders = new BlobHttpHeaders { ContentType = ContentType(relative) },
                Metadata = new Dictionary<string, string> { [Sha256] = hash },
            },
            cancellationToken);
        return new ModelFile(relative, content.Length, hash);
    }

    /// <summary>Two attempts that overlap could leave one's manifest over the other's files; such a version must not answer.</summary>
    private async Task VerifyAsync(ModelManifest manifest, CancellationToken cancellationToken)
    {
        foreach (var file in manifest.Files)
        {
            var name = BlobLayout.Version(manifest.ModelName, manifest.Version) + file.Path;
            var properties = await _models.GetBlobClient(name).GetPropertiesAsync(cancellationToken: cancellationToken);
            if (!properties.Value.Metadata.TryGetValue(Sha256, out var hash) || hash != file.Sha256 || properties.Value.ContentLength != file.SizeBytes)
                throw new ModelVersionConflictException($"'{name}' is not the file that the manifest of run '{manifest.RunId}' names.");
        }
    }

    private static string ContentType(string path) => Path.GetExtension(path) switch
    {
        ".json" => "application/json",
        ".md" => "text/markdown; charset=utf-8",
        ".txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    };
}
