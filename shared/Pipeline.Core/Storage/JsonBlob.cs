using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Pipeline.Core.Storage;

/// <summary>Blobs that hold one JSON document each, in the form that people may read.</summary>
public static class JsonBlob
{
    /// <summary>The document with the ETag of its blob; null where there is no such blob.</summary>
    /// <exception cref="InvalidDataException">The blob holds <c>null</c>.</exception>
    /// <exception cref="JsonException">It holds something else than such a document.</exception>
    public static async Task<(T Value, ETag ETag)?> ReadAsync<T>(
        BlobContainerClient container, string name, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            var blob = await container.GetBlobClient(name).DownloadContentAsync(cancellationToken);
            var value = JsonSerializer.Deserialize(blob.Value.Content.ToMemory().Span, type)
                ?? throw new InvalidDataException($"'{container.Name}/{name}' holds null.");
            return (value, blob.Value.Details.ETag);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    /// <summary>Writes a document.</summary>
    /// <param name="container">Where.</param>
    /// <param name="name">The blob's name.</param>
    /// <param name="value">The document.</param>
    /// <param name="type">How it is written.</param>
    /// <param name="conditions">How the blob must stand; null: whatever is there is replaced.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The ETag of what was written.</returns>
    /// <exception cref="RequestFailedException">The conditions do not hold, or the storage refuses.</exception>
    public static async Task<ETag> WriteAsync<T>(
        BlobContainerClient container, string name, T value, JsonTypeInfo<T> type, BlobRequestConditions? conditions, CancellationToken cancellationToken) =>
        (await container.GetBlobClient(name).UploadAsync(
            BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(value, type)),
            new BlobUploadOptions { Conditions = conditions, HttpHeaders = new BlobHttpHeaders { ContentType = "application/json" } },
            cancellationToken)).Value.ETag;

    /// <summary>Writes a document if its blob stands as expected.</summary>
    /// <returns>False where the conditions do not hold; nothing was written then.</returns>
    public static async Task<bool> TryWriteAsync<T>(
        BlobContainerClient container, string name, T value, JsonTypeInfo<T> type, BlobRequestConditions conditions, CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(container, name, value, type, conditions, cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            return false;
        }
    }
}
