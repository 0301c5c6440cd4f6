using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Pipeline.Trainer.Data;

/// <summary>Copies blobs into a folder.</summary>
internal static class RunFiles
{
    /// <summary>Downloads one blob.</summary>
    /// <exception cref="FileNotFoundException">There is no such blob.</exception>
    public static async Task DownloadAsync(BlobContainerClient container, string blob, string path, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            await container.GetBlobClient(blob).DownloadToAsync(path, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            throw new FileNotFoundException($"The blob '{container.Name}/{blob}' is not there.", blob, e);
        }
    }

    /// <summary>Downloads everything below a prefix, keeping the paths below it.</summary>
    /// <returns>Number of files.</returns>
    public static async Task<int> DownloadFolderAsync(BlobContainerClient container, string prefix, string folder, CancellationToken cancellationToken)
    {
        var files = 0;
        await foreach (var item in container.GetBlobsAsync(BlobTraits.None, BlobStates.None, prefix, cancellationToken))
        {
            await DownloadAsync(container, item.Name, Path.Combine(folder, item.Name[prefix.Length..]), cancellationToken);
            files++;
        }

        return files;
    }
}
