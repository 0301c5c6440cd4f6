using System.Text.Json.Serialization.Metadata;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Pipeline.Core.Storage;

/// <summary>Records as JSON blobs. Writers never overwrite each other: every write carries the ETag it was based on.</summary>
internal sealed class JsonRecords<T>(BlobContainerClient container, JsonTypeInfo<T> type) where T : class
{
    /// <summary>Creates a record if there is none yet.</summary>
    /// <returns>True if this call created it; false if another did before.</returns>
    public async Task<bool> TryCreateAsync(string name, T record, CancellationToken cancellationToken)
    {
        try
        {
            await JsonBlob.WriteAsync(container, name, record, type, new BlobRequestConditions { IfNoneMatch = ETag.All }, cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobAlreadyExists || e.Status == 412)
        {
            return false;
        }
    }

    /// <summary>The record, or null where there is none.</summary>
    public async Task<T?> FindAsync(string name, CancellationToken cancellationToken) => (await JsonBlob.ReadAsync(container, name, type, cancellationToken))?.Value;

    /// <summary>
    /// Applies a change to the newest record and writes it, again and again until no other writer came between.
    /// The change is given the record as it stands; returning it unchanged writes nothing.
    /// </summary>
    /// <returns>The record as it stands afterwards.</returns>
    /// <exception cref="KeyNotFoundException">There is no such record; its message is <paramref name="missing"/>.</exception>
    public async Task<T> UpdateAsync(string name, Func<T, T> change, string missing, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (record, etag) = await JsonBlob.ReadAsync(container, name, type, cancellationToken) ?? throw new KeyNotFoundException(missing);
            var changed = change(record);
            if (ReferenceEquals(changed, record))
                return record;
            try
            {
                await JsonBlob.WriteAsync(container, name, changed, type, new BlobRequestConditions { IfMatch = etag }, cancellationToken);
                return changed;
            }
            catch (RequestFailedException e) when (e.Status == 412)
            {
                // Another writer was faster: look again at what it left.
            }
        }
    }
}
