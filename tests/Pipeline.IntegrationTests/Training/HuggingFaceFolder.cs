using Azure.Storage.Blobs;

namespace Pipeline.IntegrationTests.Training;

/// <summary>A folder that is written to disk and then lies in storage.</summary>
internal static class HuggingFaceFolder
{
    /// <summary>Writes and uploads.</summary>
    /// <param name="container">Where to.</param>
    /// <param name="prefix">Of the blobs' names; ends in a slash.</param>
    /// <param name="write">Is given an empty folder.</param>
    /// <param name="cancellationToken">Stops the upload.</param>
    public static async Task UploadAsync(BlobContainerClient container, string prefix, Action<string> write, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            write(folder.FullName);
            foreach (var file in folder.EnumerateFiles())
                await container.GetBlobClient(prefix + file.Name).UploadAsync(file.FullName, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
