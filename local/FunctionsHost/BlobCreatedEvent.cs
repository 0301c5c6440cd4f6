using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Pipeline.Local.FunctionsHost;

/// <summary>A blob that is there now, as a listing shows it.</summary>
/// <param name="Container">Its container.</param>
/// <param name="Name">Its name in the container.</param>
/// <param name="ETag">Its ETag, quotes stripped.</param>
/// <param name="SizeBytes">Its length.</param>
/// <param name="ContentType">Its content type.</param>
/// <param name="LastModified">When it was written.</param>
internal sealed record DroppedBlob(string Container, string Name, string ETag, long SizeBytes, string? ContentType, DateTimeOffset LastModified);

/// <summary>The event <c>Microsoft.Storage.BlobCreated</c> in the Event Grid schema, as a storage account emits it.</summary>
internal static class BlobCreatedEvent
{
    /// <summary>Builds the event of a blob. The same blob and ETag give the same event id, so a repeated delivery can be told.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="containerUri">Address of its container.</param>
    public static JsonObject For(DroppedBlob blob, Uri containerUri)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{blob.Container}/{blob.Name}\n{blob.ETag}"));
        var id = new Guid(hash.AsSpan(0, 16)).ToString();
        return new JsonObject
        {
            ["topic"] = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/local/providers/Microsoft.Storage/storageAccounts/devstoreaccount1",
            ["subject"] = $"/blobServices/default/containers/{blob.Container}/blobs/{blob.Name}",
            ["eventType"] = "Microsoft.Storage.BlobCreated",
            ["id"] = id,
            ["data"] = new JsonObject
            {
                ["api"] = "PutBlob",
                ["clientRequestId"] = id,
                ["requestId"] = id,
                ["eTag"] = blob.ETag,
                ["contentType"] = blob.ContentType ?? "application/octet-stream",
                ["contentLength"] = blob.SizeBytes,
                ["blobType"] = "BlockBlob",
                ["url"] = $"{containerUri.ToString().TrimEnd('/')}/{Uri.EscapeDataString(blob.Name).Replace("%2F", "/", StringComparison.Ordinal)}",
                // Sorts by time for one blob, as the sequencer of a storage account does.
                ["sequencer"] = blob.LastModified.UtcTicks.ToString("X32", CultureInfo.InvariantCulture),
                ["storageDiagnostics"] = new JsonObject { ["batchId"] = id },
            },
            ["dataVersion"] = "",
            ["metadataVersion"] = "1",
            ["eventTime"] = blob.LastModified.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        };
    }
}
