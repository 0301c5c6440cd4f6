using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Pipeline.Core.Runs;

namespace Pipeline.Functions.Ingestion.Drop;

/// <summary>Reads a small file that lies beside a dataset: options, or names of labels.</summary>
/// <param name="name">Its name as in the container <c>datasets</c>.</param>
/// <param name="cancellationToken">Stops it.</param>
/// <returns>The content; null where there is no such file.</returns>
/// <exception cref="RunOptionsException">It has more than <see cref="RunOptionsReader.LargestFile"/> bytes.</exception>
internal delegate Task<BinaryData?> SmallFiles(string name, CancellationToken cancellationToken);

/// <summary>Small files that are blobs.</summary>
internal static class SmallBlobs
{
    /// <summary>Those of a container.</summary>
    public static SmallFiles In(BlobContainerClient container) => async (name, cancellationToken) =>
    {
        var blob = container.GetBlobClient(name);
        try
        {
            var properties = (await blob.GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
            if (properties.ContentLength > RunOptionsReader.LargestFile)
                throw RunOptionsReader.TooLarge(name, properties.ContentLength);
            var conditions = new BlobRequestConditions { IfMatch = properties.ETag };
            return (await blob.DownloadContentAsync(new BlobDownloadOptions { Conditions = conditions }, cancellationToken)).Value.Content;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    };
}
