using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;

namespace Pipeline.Functions.Ingestion.Drop;

/// <summary>Looks up dropped datasets.</summary>
internal sealed class DroppedDatasets(BlobContainerClient datasets)
{
    /// <summary>The reason why the event of a blob starts nothing; null where it may.</summary>
    public static string? ReasonToWait(string blob)
    {
        if (FolderDrop.FolderOf(blob) is { } folder && blob != folder + FolderDrop.Ready)
            return $"'{blob}' belongs to the folder '{folder}', which is begun with when '{folder}{FolderDrop.Ready}' is there.";
        return blob.EndsWith(DatasetFile.OptionsExtension, StringComparison.OrdinalIgnoreCase)
            ? $"'{blob}' holds options; they are read when their dataset is dropped."
            : null;
    }

    /// <summary>The dataset as it lies there now; null where it is gone.</summary>
    /// <param name="blob">Name of its file, or of the file <c>_ready</c> of its folder.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<DroppedDataset?> FindAsync(string blob, CancellationToken cancellationToken)
    {
        try
        {
            var properties = (await datasets.GetBlobClient(blob).GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
            return FolderDrop.FolderOf(blob) is { } folder
                ? DroppedDataset.OfFolder(FolderDrop.Reference(folder, await FilesAsync(folder, cancellationToken)), properties.LastModified, properties.Metadata)
                : DroppedDataset.OfFile(
                    new DatasetReference(blob, properties.ETag.ToString("G").Trim('"'), properties.ContentLength), properties.LastModified, properties.Metadata);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    private async Task<List<DatasetReference>> FilesAsync(string folder, CancellationToken cancellationToken)
    {
        var files = new List<DatasetReference>();
        await foreach (var file in datasets.GetBlobsAsync(BlobTraits.None, BlobStates.None, folder, cancellationToken))
            files.Add(new DatasetReference(file.Name, file.Properties.ETag!.Value.ToString("G").Trim('"'), file.Properties.ContentLength ?? 0));
        return files;
    }
}
