using Azure;
using Azure.Storage.Blobs;
using Pipeline.Core.Runs;

namespace Pipeline.Functions.Ingestion.Drop;

/// <summary>Looks up dropped datasets.</summary>
internal sealed class DroppedDatasets(BlobContainerClient datasets)
{
    /// <summary>The dataset as it lies there now; null where it is gone.</summary>
    /// <param name="blob">Name of its file.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<DroppedDataset?> FindAsync(string blob, CancellationToken cancellationToken)
    {
        try
        {
            var properties = (await datasets.GetBlobClient(blob).GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
            return DroppedDataset.OfFile(
                new DatasetReference(blob, properties.ETag.ToString("G").Trim('"'), properties.ContentLength), properties.LastModified, properties.Metadata);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }
}
