using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.Functions.Envelope;
using Pipeline.Functions.Ingestion.Drop;

namespace Pipeline.Functions.Scoring;

/// <summary>Files that were dropped for a model to classify. Their events only send a message.</summary>
internal sealed class Inbox(BlobServiceClient storage, FileQueue queue, Outbox outbox, TimeProvider time) : IInboxHandler
{
    private readonly BlobContainerClient _container = storage.GetBlobContainerClient(BlobLayout.Inbox);

    /// <inheritdoc/>
    public async Task<string> HandleAsync(string blob, CancellationToken cancellationToken)
    {
        if (IsOptions(blob))
            return OptionsOutcome(blob);
        if (await ETagAsync(blob, cancellationToken) is not { } etag)
            return $"'{blob}' is gone; there is nothing to do.";
        await queue.SendAsync(new ScoreRequest(blob, etag), cancellationToken);
        return $"'{blob}' stands in line.";
    }

    /// <inheritdoc/>
    public async Task<string> GiveUpAsync(DeadUpload upload, CancellationToken cancellationToken)
    {
        var blob = upload.Event.Blob;
        if (IsOptions(blob))
            return OptionsOutcome(blob);
        if (await ETagAsync(blob, cancellationToken) is not { } etag)
            return $"'{blob}' is gone; there is nothing to give up.";
        // Most likely another upload, which has an event of its own, and bears being in line twice. But new metadata change the ETag without an event.
        if (upload.Event.ETag.Length > 0 && upload.Event.ETag != etag)
            return await HandleAsync(blob, cancellationToken);
        var request = new ScoreRequest(blob, etag);
        if (await outbox.IsDoneAsync(request, cancellationToken) || await outbox.FindProgressAsync(request, cancellationToken) is not null)
            return $"'{blob}' is done or is worked on; there is nothing to give up.";
        const string Fix = "The functions' log has the error. Upload the file again when its cause is mended.";
        await outbox.EndAsync(
            new ScoringError(blob, etag, "scoring-failed", $"'{blob}' did not come to stand in line: {upload.Why}", Fix, null, time.GetUtcNow()), cancellationToken);
        return $"'{blob}' is not classified: {upload.Why}";
    }

    /// <summary>Whether the upload is still what lies there.</summary>
    public async Task<bool> IsThereAsync(ScoreRequest request, CancellationToken cancellationToken) =>
        await ETagAsync(request.Blob, cancellationToken) == request.ETag;

    /// <summary>The bytes of an upload, to be read forward.</summary>
    /// <exception cref="RequestFailedException">404 or 412: it was removed or replaced.</exception>
    public async Task<Stream> OpenAsync(ScoreRequest request, CancellationToken cancellationToken)
    {
        var conditions = new BlobRequestConditions { IfMatch = new ETag(request.ETag) };
        return (await _container.GetBlobClient(request.Blob).DownloadStreamingAsync(new BlobDownloadOptions { Conditions = conditions }, cancellationToken)).Value.Content;
    }

    /// <summary>The options beside a file: <c>{file}.options.json</c>, with its extensions or without; defaults where there is neither.</summary>
    /// <exception cref="RunOptionsException">They cannot be used.</exception>
    /// <exception cref="DatasetRejectedException">The file's extension is not one that is read.</exception>
    public async Task<InboxOptions> OptionsAsync(string blob, CancellationToken cancellationToken)
    {
        var files = SmallBlobs.In(_container);
        foreach (var name in new[] { blob, DatasetFile.WithoutExtensions(blob) })
        {
            if (await files(name + DatasetFile.OptionsExtension, cancellationToken) is { } json)
                return InboxOptions.Read(json, name + DatasetFile.OptionsExtension);
        }

        return new InboxOptions();
    }

    private static bool IsOptions(string blob) => blob.EndsWith(DatasetFile.OptionsExtension, StringComparison.OrdinalIgnoreCase);

    private static string OptionsOutcome(string blob) => $"'{blob}' holds options; they are read when their file is dropped.";

    private async Task<string?> ETagAsync(string blob, CancellationToken cancellationToken)
    {
        try
        {
            return (await _container.GetBlobClient(blob).GetPropertiesAsync(cancellationToken: cancellationToken)).Value.ETag.Bare();
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }
}
