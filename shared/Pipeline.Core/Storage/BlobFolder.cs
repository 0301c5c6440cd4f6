using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Pipeline.Core.Storage;

/// <summary>Blobs below a prefix.</summary>
public static class BlobFolder
{
    /// <summary>Deletes them all; those that another deletes at the same time are no error.</summary>
    /// <param name="container">Where they are.</param>
    /// <param name="prefix">What their names begin with; a folder's ends in a slash.</param>
    /// <param name="cancellationToken">Stops between two of them.</param>
    public static async Task DeleteAsync(BlobContainerClient container, string prefix, CancellationToken cancellationToken = default)
    {
        await foreach (var item in container.GetBlobsAsync(BlobTraits.None, BlobStates.None, prefix, cancellationToken))
            await container.DeleteBlobIfExistsAsync(item.Name, cancellationToken: cancellationToken);
    }
}
