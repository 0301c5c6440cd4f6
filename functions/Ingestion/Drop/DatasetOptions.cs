using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;

namespace Pipeline.Functions.Ingestion.Drop;

/// <summary>Reads a dataset's options: from the file beside it, else from the blob's metadata.</summary>
internal static class DatasetOptions
{
    /// <summary>The options, with defaults filled in.</summary>
    /// <exception cref="DatasetRejectedException">An option cannot be used.</exception>
    public static async Task<RunOptions> ReadAsync(
        BlobContainerClient datasets, DroppedDataset dropped, CancellationToken cancellationToken)
    {
        var file = DatasetFile.Parse(dropped.Reference.Blob);
        try
        {
            var json = await FileAsync(datasets.GetBlobClient(file.OptionsBlob), cancellationToken);
            return json is null
                ? RunOptionsReader.FromMetadata(dropped.Metadata, $"metadata of {file.Blob}")
                : RunOptionsReader.FromJson(json, file.OptionsBlob);
        }
        catch (RunOptionsException e)
        {
            throw e.ToRejection();
        }
    }

    private static async Task<byte[]?> FileAsync(BlobClient blob, CancellationToken cancellationToken)
    {
        try
        {
            var properties = (await blob.GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
            if (properties.ContentLength > RunOptionsReader.LargestFile)
                throw RunOptionsReader.TooLarge(blob.Name, properties.ContentLength);
            var conditions = new BlobRequestConditions { IfMatch = properties.ETag };
            return (await blob.DownloadContentAsync(new BlobDownloadOptions { Conditions = conditions }, cancellationToken)).Value.Content.ToArray();
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }
}
