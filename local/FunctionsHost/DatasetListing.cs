using System.Runtime.CompilerServices;
using Azure.Storage.Blobs;
using Pipeline.Core.Storage;

namespace Pipeline.Local.FunctionsHost;

/// <summary>What lies in a container.</summary>
internal static class DatasetListing
{
    /// <summary>All blobs, in the order of their names.</summary>
    public static async IAsyncEnumerable<DroppedBlob> ListAsync(
        BlobContainerClient container, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var item in container.GetBlobsAsync(cancellationToken: cancellationToken))
        {
            var p = item.Properties;
            yield return new DroppedBlob(
                container.Name, item.Name, p.ETag!.Value.Bare(), p.ContentLength ?? 0, p.ContentType, p.LastModified ?? default);
        }
    }
}
