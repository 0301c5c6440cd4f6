using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Pipeline.Functions.Ingestion.Parts;

namespace Pipeline.Functions.Ingestion.Content;

/// <summary>A dataset in the container <c>datasets</c>.</summary>
internal sealed class BlobContent(BlobContainerClient datasets) : IDatasetContent
{
    /// <inheritdoc/>
    /// <exception cref="RequestFailedException">404 or 412: the blob was removed or replaced.</exception>
    public async Task<Stream> OpenAsync(DatasetPart part, CancellationToken cancellationToken)
    {
        if (part.Length == 0)
            return Stream.Null;
        var download = await datasets.GetBlobClient(part.Blob).DownloadStreamingAsync(
            new BlobDownloadOptions
            {
                // A blob that is replaced meanwhile must not be read half old and half new.
                Conditions = new BlobRequestConditions { IfMatch = new ETag(part.ETag) },
                Range = new HttpRange(part.Offset, part.Length),
            },
            cancellationToken);
        return download.Value.Content;
    }
}
