using Azure.Identity;
using Azure.Storage.Blobs;

namespace Pipeline.Core.Storage;

/// <summary>Where the blobs are; configuration section <c>Pipeline:Storage</c>.</summary>
public sealed class StorageOptions
{
    /// <summary>The configuration section's name.</summary>
    public const string Section = "Pipeline:Storage";

    /// <summary>A connection string, for Azurite. Wins over <see cref="BlobServiceUri"/>.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>The account's blob endpoint, reached with the identity of the process.</summary>
    public Uri? BlobServiceUri { get; set; }

    /// <summary>Client id of the user-assigned identity; null: the developer's own credentials.</summary>
    public string? ClientId { get; set; }

    /// <summary>Makes the client that everything else takes.</summary>
    /// <param name="options">Retries and timeouts; null: the client's defaults.</param>
    /// <exception cref="InvalidOperationException">Neither a connection string nor an endpoint is configured.</exception>
    public BlobServiceClient CreateClient(BlobClientOptions? options = null)
    {
        if (!string.IsNullOrEmpty(ConnectionString))
            return new BlobServiceClient(ConnectionString, options);
        if (BlobServiceUri is null)
            throw new InvalidOperationException(
                $"No storage configured. Set {Section}:BlobServiceUri (or {Section}:ConnectionString for Azurite).");
        return ClientId is null
            ? new BlobServiceClient(BlobServiceUri, new DefaultAzureCredential(), options)
            : new BlobServiceClient(BlobServiceUri, new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(ClientId)), options);
    }
}
