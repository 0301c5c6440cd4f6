using Azure.Storage.Blobs;
using Microsoft.Azure.Functions.Worker;
using Pipeline.Core.Storage;
using Pipeline.Functions.Envelope;
using Pipeline.Functions.Triggers;

namespace Pipeline.Functions.Isolated;

/// <summary>
/// The functions that a dropped blob starts. The host has read the event, keeps count of tries itself, and sends a reference, not the content.
/// A training request is not an output binding: that could set no <c>MessageId</c>, by which the broker drops the second request of an event
/// that comes twice; ingest sends it itself.
/// </summary>
/// <param name="services">The app's services.</param>
public sealed class BlobFunctions(IServiceProvider services)
{
    /// <summary>The group of settings that says where the containers are: <c>__blobServiceUri</c>, <c>__queueServiceUri</c>, <c>__credential</c>, <c>__clientId</c>; or a connection string.</summary>
    private const string Connection = "PipelineStorage";

    /// <summary>Takes in a dataset.</summary>
    [Function(nameof(IngestDataset))]
    public Task IngestDataset(
        [BlobTrigger(BlobLayout.Datasets + "/{name}", Source = BlobTriggerSource.EventGrid, Connection = Connection)] BlobClient blob) =>
        MessageFunctions.IngestDataset.RunAsync(BlobEvent.Of(BlobLayout.Datasets, blob.Name), services);

    /// <summary>Takes in a file to classify.</summary>
    [Function(nameof(ReceiveFile))]
    public Task ReceiveFile(
        [BlobTrigger(BlobLayout.Inbox + "/{name}", Source = BlobTriggerSource.EventGrid, Connection = Connection)] BlobClient blob) =>
        MessageFunctions.ReceiveFile.RunAsync(BlobEvent.Of(BlobLayout.Inbox, blob.Name), services);
}
