using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Pipeline.Core.Storage;

namespace Pipeline.Functions.Feedback;

/// <summary>
/// Keeps corrections, each in a blob of its own that is written once. A small blob beside it, by the id, says when the correction came
/// first; so however often it is sent, and wherever an instance dies, it has one name and is stored once.
/// </summary>
internal sealed class FeedbackStore(BlobServiceClient storage)
{
    private readonly BlobContainerClient _container = storage.GetBlobContainerClient(BlobLayout.Feedback);

    /// <summary>Stores a correction, unless it is there.</summary>
    /// <returns>What there is under its id, which may be another correction; and whether this call stored it.</returns>
    public async Task<(FeedbackKey Stored, bool IsNew)> AddAsync(string modelName, FeedbackRow row, CancellationToken cancellationToken)
    {
        var key = FeedbackRequest.KeyOf(row.Id);
        var mine = new FeedbackKey(FeedbackRequest.HashOf(row), row.At);
        var keyBlob = BlobLayout.FeedbackKey(modelName, key);
        var first = await TryCreateAsync(keyBlob, JsonSerializer.SerializeToUtf8Bytes(mine, FunctionsJson.Compact.FeedbackKey), "application/json", cancellationToken)
            ? mine
            : JsonSerializer.Deserialize((await _container.GetBlobClient(keyBlob).DownloadContentAsync(cancellationToken)).Value.Content.ToMemory().Span, FunctionsJson.Compact.FeedbackKey)!;
        if (first.Content != mine.Content)
            return (first, false);
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(row with { At = first.At }, FunctionsJson.Compact.FeedbackRow), (byte)'\n'];
        return (first, await TryCreateAsync(BlobLayout.FeedbackRow(modelName, first.At, key), line, "application/x-ndjson", cancellationToken));
    }

    /// <summary>Whether a correction is the one that is stored under its id.</summary>
    public static bool Is(FeedbackKey stored, FeedbackRow row) => stored.Content == FeedbackRequest.HashOf(row);

    /// <summary>Writes all corrections of a model, the oldest first, as one file in JSON Lines.</summary>
    public async Task CopyToAsync(string modelName, Stream output, CancellationToken cancellationToken)
    {
        await foreach (var blob in _container.GetBlobsAsync(BlobTraits.None, BlobStates.None, modelName + "/", cancellationToken))
        {
            if (blob.Name.EndsWith(".jsonl", StringComparison.Ordinal))
                await _container.GetBlobClient(blob.Name).DownloadToAsync(output, cancellationToken);
        }
    }

    private async Task<bool> TryCreateAsync(string name, byte[] content, string contentType, CancellationToken cancellationToken)
    {
        try
        {
            await _container.GetBlobClient(name).UploadAsync(
                BinaryData.FromBytes(content),
                new BlobUploadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All }, HttpHeaders = new BlobHttpHeaders { ContentType = contentType } },
                cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobAlreadyExists || e.Status == 412)
        {
            return false;
        }
    }
}

/// <summary>When a correction came first, and what it was.</summary>
/// <param name="Content">Hash of all but the time.</param>
/// <param name="At">When it came (UTC).</param>
internal sealed record FeedbackKey(string Content, DateTimeOffset At);
