using Azure;
using Azure.Storage.Blobs;
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
        var json = await FileAsync(datasets.GetBlobClient(file.OptionsBlob), cancellationToken);
        try
        {
            return json is null ? RunOptionsReader.FromMetadata(dropped.Metadata) : RunOptionsReader.FromJson(json);
        }
        catch (FormatException e)
        {
            throw new DatasetRejectedException(
                FindingKind.BadOptions, $"{(json is null ? "Blob metadata" : file.OptionsBlob)}: {e.Message}", null, e);
        }
    }

    private static async Task<string?> FileAsync(BlobClient blob, CancellationToken cancellationToken)
    {
        try
        {
            return (await blob.DownloadContentAsync(cancellationToken)).Value.Content.ToString();
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }
}
