using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.Functions.Envelope;

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
    public async Task<DroppedDataset?> FindAsync(string blob, CancellationToken cancellationToken) =>
        await PropertiesAsync(blob, cancellationToken) is { } properties ? await ReadAsync(blob, properties, cancellationToken) : null;

    /// <summary>The dataset of an upload: as it lies there now, or, where it was removed or replaced since, as its event tells of it.</summary>
    /// <param name="upload">The event.</param>
    /// <param name="now">The time of the upload where the event says none.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<DroppedDataset> OfEventAsync(BlobEvent upload, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await PropertiesAsync(upload.Blob, cancellationToken) is { } properties && (upload.ETag.Length == 0 || upload.ETag == properties.ETag.Bare()))
            return await ReadAsync(upload.Blob, properties, cancellationToken);
        var (at, none) = (upload.At ?? now, new Dictionary<string, string>());
        return FolderDrop.FolderOf(upload.Blob) is { } folder
            ? DroppedDataset.OfFolder(new DatasetReference(folder, upload.ETag, 0), at, none)
            : DroppedDataset.OfFile(new DatasetReference(upload.Blob, upload.ETag, upload.SizeBytes), at, none);
    }

    private async Task<BlobProperties?> PropertiesAsync(string blob, CancellationToken cancellationToken)
    {
        try
        {
            return (await datasets.GetBlobClient(blob).GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    private async Task<DroppedDataset> ReadAsync(string blob, BlobProperties properties, CancellationToken cancellationToken) =>
        FolderDrop.FolderOf(blob) is { } folder
            ? DroppedDataset.OfFolder(FolderDrop.Reference(folder, await FilesAsync(folder, cancellationToken)), properties.LastModified, properties.Metadata)
            : DroppedDataset.OfFile(new DatasetReference(blob, properties.ETag.Bare(), properties.ContentLength), properties.LastModified, properties.Metadata);

    private async Task<List<DatasetReference>> FilesAsync(string folder, CancellationToken cancellationToken)
    {
        var files = new List<DatasetReference>();
        await foreach (var file in datasets.GetBlobsAsync(BlobTraits.None, BlobStates.None, folder, cancellationToken))
            files.Add(new DatasetReference(file.Name, file.Properties.ETag!.Value.Bare(), file.Properties.ContentLength ?? 0));
        return files;
    }
}
