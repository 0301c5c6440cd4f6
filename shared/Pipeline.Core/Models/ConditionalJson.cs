using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Pipeline.Core.Models;

/// <summary>JSON blobs that are written only if they stand as expected.</summary>
internal static class ConditionalJson
{
    /// <summary>Writes a blob.</summary>
    /// <returns>False where the condition does not hold; nothing was written then.</returns>
    public static async Task<bool> TryWriteAsync<T>(
        BlobContainerClient container, string name, T value, BlobRequestConditions conditions, CancellationToken cancellationToken)
    {
        try
        {
            await container.GetBlobClient(name).UploadAsync(
                BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(value, PipelineJson.Indented)),
                new BlobUploadOptions { Conditions = conditions, HttpHeaders = new BlobHttpHeaders { ContentType = "application/json" } },
                cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            return false;
        }
    }
}
