using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Pipeline.Core.Storage;

namespace Pipeline.Core.Models;

/// <summary>Moves a model's pointer. Each move is conditional on what was read before it, so that no two moves undo each other unseen.</summary>
public sealed class ProductionSwitch(BlobServiceClient storage, TimeProvider time)
{
    private const int MostTries = 10;

    private readonly ModelStore _published = new(storage);
    private readonly BlobContainerClient _models = storage.GetBlobContainerClient(BlobLayout.Models);

    /// <summary>Moves the pointer to a version, if it still stands as it was read.</summary>
    /// <param name="modelName">The model.</param>
    /// <param name="version">A published version.</param>
    /// <param name="from">What was in production; null: nothing was.</param>
    /// <param name="choice">The person who says so; null where a run's rule does.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The pointer; null where another was faster, and nothing was written.</returns>
    public async Task<ProductionPointer?> TryMoveAsync(
        string modelName, string version, ProductionState? from, PersonsChoice? choice, CancellationToken cancellationToken = default)
    {
        var pointer = new ProductionPointer(version, time.GetUtcNow(), from?.Pointer.Version, choice);
        var conditions = from is { ETag: var etag } ? new BlobRequestConditions { IfMatch = etag } : new BlobRequestConditions { IfNoneMatch = ETag.All };
        return await JsonBlob.TryWriteAsync(_models, BlobLayout.Production(modelName), pointer, CoreJson.Indented.ProductionPointer, conditions, cancellationToken) ? pointer : null;
    }

    /// <summary>Moves the pointer to the version that a person has chosen, newer or older; where it is there already, nothing is written.</summary>
    /// <param name="version">The version; must be published whole.</param>
    /// <param name="choice">Who says so, and why.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The pointer, and whether this call moved it.</returns>
    /// <exception cref="InvalidDataException">A file of the version is missing or has another length: it could not answer.</exception>
    /// <exception cref="TimeoutException">The pointer was moved by others at each try.</exception>
    public async Task<(ProductionPointer Pointer, bool Moved)> ChooseAsync(ModelManifest version, PersonsChoice choice, CancellationToken cancellationToken = default)
    {
        await RequireFilesAsync(version, cancellationToken);
        for (var tries = 0; tries < MostTries; tries++)
        {
            var current = await _published.FindProductionAsync(version.ModelName, cancellationToken);
            if (current?.Pointer is { } standing && standing.Version == version.Version)
                return (standing, false);
            if (await TryMoveAsync(version.ModelName, version.Version, current, choice, cancellationToken) is { } pointer)
                return (pointer, true);
        }

        throw new TimeoutException($"The pointer of model '{version.ModelName}' was moved by others at each of {MostTries} tries.");
    }

    /// <summary>Moves the pointer back to the version that was in production before, which then is the one to come back to.</summary>
    /// <param name="from">What is in production, with a version before it.</param>
    /// <param name="previous">That version's manifest.</param>
    /// <param name="choice">Who says so, and why.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>
    /// The pointer; null where another moved it meanwhile, and nothing was written. There is no second try: what was before is another version then, and two
    /// who roll back at once must not undo each other.
    /// </returns>
    /// <exception cref="InvalidDataException">A file of the version is missing or has another length: it could not answer.</exception>
    public async Task<ProductionPointer?> TryRollBackAsync(
        ProductionState from, ModelManifest previous, PersonsChoice choice, CancellationToken cancellationToken = default)
    {
        await RequireFilesAsync(previous, cancellationToken);
        return await TryMoveAsync(previous.ModelName, previous.Version, from, choice, cancellationToken);
    }

    private async Task RequireFilesAsync(ModelManifest version, CancellationToken cancellationToken)
    {
        foreach (var file in version.Files)
        {
            var name = BlobLayout.Version(version.ModelName, version.Version) + file.Path;
            try
            {
                var found = await _models.GetBlobClient(name).GetPropertiesAsync(cancellationToken: cancellationToken);
                if (found.Value.ContentLength != file.SizeBytes)
                    throw new InvalidDataException($"'{BlobLayout.Models}/{name}' has {found.Value.ContentLength} bytes; the manifest says {file.SizeBytes}.");
            }
            catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
            {
                throw new InvalidDataException($"'{BlobLayout.Models}/{name}' is in the version's manifest but not in storage.", e);
            }
        }
    }
}
