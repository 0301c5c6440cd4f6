using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;

namespace Pipeline.Local.Http;

/// <summary>Drops a file into the container <c>datasets</c>, as a user of the real thing does.</summary>
internal static class DatasetUpload
{
    /// <summary>Uploads it.</summary>
    /// <param name="storage">The storage account.</param>
    /// <param name="file">The file.</param>
    /// <param name="blob">Its name in the container.</param>
    /// <param name="modelName">The model's name.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="options">Options of the run, as metadata of the blob; null for the defaults.</param>
    /// <returns>The id of the run that the upload starts.</returns>
    public static async Task<string> SendAsync(
        BlobServiceClient storage, string file, string blob, string modelName, CancellationToken cancellationToken,
        IDictionary<string, string>? options = null)
    {
        await using var content = File.OpenRead(file);
        var info = await storage.GetBlobContainerClient(BlobLayout.Datasets).GetBlobClient(blob)
            .UploadAsync(content, new BlobUploadOptions { Metadata = options }, cancellationToken);
        return RunId.From(modelName, blob, info.Value.ETag.ToString());
    }

    /// <summary>Uploads the files of a folder, and then <c>_ready</c>, which starts the run.</summary>
    /// <param name="storage">The storage account.</param>
    /// <param name="directory">The folder here; files in folders below it are left out.</param>
    /// <param name="folder">Its name in the container, with its slash.</param>
    /// <param name="modelName">The model's name.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The id of the run that the upload starts.</returns>
    public static async Task<string> SendFolderAsync(
        BlobServiceClient storage, string directory, string folder, string modelName, CancellationToken cancellationToken)
    {
        var container = storage.GetBlobContainerClient(BlobLayout.Datasets);
        foreach (var path in Directory.EnumerateFiles(directory).Order(StringComparer.Ordinal))
            await container.GetBlobClient(folder + Path.GetFileName(path)).UploadAsync(path, overwrite: true, cancellationToken);

        // As ingest sees it: files of an upload before this one belong to the folder too.
        var files = new List<DatasetReference>();
        await foreach (var blob in container.GetBlobsAsync(BlobTraits.None, BlobStates.None, folder, cancellationToken))
            files.Add(new DatasetReference(blob.Name, blob.Properties.ETag!.Value.Bare(), blob.Properties.ContentLength ?? 0));
        await container.GetBlobClient(folder + FolderDrop.Ready).UploadAsync(BinaryData.Empty, overwrite: true, cancellationToken);
        return RunId.From(modelName, folder, FolderDrop.Reference(folder, files).ETag);
    }
}
