using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Pipeline.Core.Storage;

namespace Pipeline.Core.Runs;

/// <summary>Appends to a run's event log and reads it.</summary>
public sealed class RunEventLog(BlobServiceClient storage)
{
    private readonly BlobContainerClient _container = storage.GetBlobContainerClient(BlobLayout.Runs);

    /// <summary>Appends events, in order and in one write.</summary>
    public async Task AppendAsync(string runId, IReadOnlyCollection<RunEvent> events, CancellationToken cancellationToken = default)
    {
        if (events.Count == 0)
            return;
        using var lines = new MemoryStream();
        foreach (var e in events)
        {
            JsonSerializer.Serialize(lines, e, CoreJson.Compact.RunEvent);
            lines.WriteByte((byte)'\n');
        }

        var blob = _container.GetAppendBlobClient(BlobLayout.Events(runId));
        for (var created = false; ; created = true)
        {
            lines.Position = 0;
            try
            {
                await blob.AppendBlockAsync(lines, cancellationToken: cancellationToken);
                return;
            }
            catch (RequestFailedException e) when (e.Status == 404 && !created)
            {
                await blob.CreateIfNotExistsAsync(
                    new AppendBlobCreateOptions { HttpHeaders = new BlobHttpHeaders { ContentType = "application/x-ndjson" } },
                    cancellationToken);
            }
        }
    }

    /// <summary>Appends one event.</summary>
    public Task AppendAsync(string runId, RunEvent e, CancellationToken cancellationToken = default) =>
        AppendAsync(runId, [e], cancellationToken);

    /// <summary>The log as it stands, or null where the run has none.</summary>
    /// <returns>A stream of JSON lines that the caller disposes.</returns>
    public Task<Stream?> OpenReadAsync(string runId, CancellationToken cancellationToken = default) => OpenReadAsync(runId, 0, cancellationToken);

    /// <summary>The log from a byte on, or null where the run has none. A log only grows, so a reader follows it by asking again from where it stopped.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="offset">Bytes to pass over, 0 or more. At or past the end the stream is empty.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <returns>A stream of JSON lines that the caller disposes.</returns>
    public async Task<Stream?> OpenReadAsync(string runId, long offset, CancellationToken cancellationToken = default)
    {
        try
        {
            var options = new BlobDownloadOptions { Range = new HttpRange(offset) };
            var content = await _container.GetBlobClient(BlobLayout.Events(runId)).DownloadStreamingAsync(options, cancellationToken);
            return content.Value.Content;
        }
        catch (RequestFailedException e) when (e.Status == 416)
        {
            return Stream.Null;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }
}
