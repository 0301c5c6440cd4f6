using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
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
}
