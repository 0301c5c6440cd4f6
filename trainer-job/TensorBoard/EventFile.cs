using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using Pipeline.Core.Storage;

namespace Pipeline.Trainer.TensorBoard;

/// <summary>
/// An attempt's event file, an append blob. It is made with the first records; each write is one block, so that a kill leaves
/// whole records. Another attempt writes a file of its own, and TensorBoard reads all files of a folder as one run.
/// </summary>
/// <param name="storage">The account.</param>
/// <param name="folder">In the container of runs; ends in a slash.</param>
/// <param name="time">The clock.</param>
internal sealed class EventFile(BlobServiceClient storage, string folder, TimeProvider time)
{
    // TensorBoard looks for "tfevents" in the name, and reads files in the order of their names.
    private readonly AppendBlobClient _blob = storage.GetBlobContainerClient(BlobLayout.Runs)
        .GetAppendBlobClient($"{folder}events.out.tfevents.{time.GetUtcNow().ToUnixTimeSeconds():D10}.{Guid.NewGuid():N}");

    private bool _hasBegun;

    /// <summary>Appends records in order and in one write.</summary>
    public async Task AppendAsync(IReadOnlyCollection<byte[]> records, CancellationToken cancellationToken)
    {
        if (!_hasBegun)
            await _blob.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        IEnumerable<byte[]> all = _hasBegun ? records : [EventRecord.Version(time.GetUtcNow()), .. records];
        using var block = new MemoryStream([.. all.SelectMany(bytes => bytes)]);
        await _blob.AppendBlockAsync(block, cancellationToken: cancellationToken);
        _hasBegun = true;
    }
}
