using System.Text;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Pipeline.Core.Storage;

namespace Pipeline.Functions.Scoring;

/// <summary>
/// What becomes of files in the inbox. A result is staged block by block and can be seen only when all of it is there; the block's id
/// says which upload and which block it is, so whoever writes it again replaces it by the same.
/// </summary>
internal sealed class Outbox(BlobServiceClient storage)
{
    private readonly BlobContainerClient _container = storage.GetBlobContainerClient(BlobLayout.Outbox);

    /// <summary>Blocks that a blob can have; a limit of the storage service.</summary>
    public const int MostBlocks = 50_000;

    /// <summary>Whether an upload has its result, or its error.</summary>
    public async Task<bool> IsDoneAsync(ScoreRequest request, CancellationToken cancellationToken) =>
        (await JsonBlob.ReadAsync(_container, BlobLayout.ScoringSummary(request.Blob), FunctionsJson.Indented.ScoringSummary, cancellationToken))?.Value.ETag == request.ETag
        || (await JsonBlob.ReadAsync(_container, BlobLayout.ScoringError(request.Blob), FunctionsJson.Indented.ScoringError, cancellationToken))?.Value.ETag == request.ETag;

    /// <summary>How far an upload is; null where nothing is known of it.</summary>
    public async Task<Tracked?> FindProgressAsync(ScoreRequest request, CancellationToken cancellationToken) =>
        await JsonBlob.ReadAsync(_container, BlobLayout.ScoringProgress(request.Blob), FunctionsJson.Indented.ScoringProgress, cancellationToken) is var (progress, etag) && progress.ETag == request.ETag
            ? new Tracked(progress, etag)
            : null;

    /// <summary>Notes that the work on an upload begins; what is there of an earlier one no longer counts.</summary>
    public async Task<Tracked> BeginAsync(ScoringProgress progress, CancellationToken cancellationToken)
    {
        await _container.DeleteBlobIfExistsAsync(BlobLayout.ScoringSummary(progress.File), cancellationToken: cancellationToken);
        await _container.DeleteBlobIfExistsAsync(BlobLayout.ScoringError(progress.File), cancellationToken: cancellationToken);
        return new Tracked(progress, await JsonBlob.WriteAsync(_container, BlobLayout.ScoringProgress(progress.File), progress, FunctionsJson.Indented.ScoringProgress, null, cancellationToken));
    }

    /// <summary>Notes how far an upload is.</summary>
    /// <exception cref="InvalidOperationException">Another instance works on it too, and was faster.</exception>
    public async Task<Tracked> UpdateAsync(Tracked before, ScoringProgress progress, CancellationToken cancellationToken)
    {
        try
        {
            var conditions = new BlobRequestConditions { IfMatch = before.Written };
            return new Tracked(progress, await JsonBlob.WriteAsync(_container, BlobLayout.ScoringProgress(progress.File), progress, FunctionsJson.Indented.ScoringProgress, conditions, cancellationToken));
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            throw new InvalidOperationException($"Another instance works on '{progress.File}' too; this one stops.", e);
        }
    }

    /// <summary>Stages a block of a result.</summary>
    public Task StageAsync(string result, string upload, int block, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        _container.GetBlockBlobClient(result).StageBlockAsync(BlockId(upload, block), BinaryData.FromBytes(content).ToStream(), cancellationToken: cancellationToken);

    /// <summary>Makes a result of its blocks.</summary>
    public Task CommitAsync(string result, string upload, int blocks, string contentType, CancellationToken cancellationToken) =>
        _container.GetBlockBlobClient(result).CommitBlockListAsync(
            Enumerable.Range(0, blocks).Select(block => BlockId(upload, block)),
            new CommitBlockListOptions { HttpHeaders = new BlobHttpHeaders { ContentType = contentType } },
            cancellationToken);

    /// <summary>Says what the result is, and ends the work.</summary>
    public async Task EndAsync(ScoringSummary summary, CancellationToken cancellationToken)
    {
        await JsonBlob.WriteAsync(_container, BlobLayout.ScoringSummary(summary.File), summary, FunctionsJson.Indented.ScoringSummary, null, cancellationToken);
        await _container.DeleteBlobIfExistsAsync(BlobLayout.ScoringProgress(summary.File), cancellationToken: cancellationToken);
    }

    /// <summary>Says why there is no result, and ends the work.</summary>
    public async Task EndAsync(ScoringError error, CancellationToken cancellationToken)
    {
        await _container.DeleteBlobIfExistsAsync(BlobLayout.ScoringSummary(error.File), cancellationToken: cancellationToken);
        await JsonBlob.WriteAsync(_container, BlobLayout.ScoringError(error.File), error, FunctionsJson.Indented.ScoringError, null, cancellationToken);
        await _container.DeleteBlobIfExistsAsync(BlobLayout.ScoringProgress(error.File), cancellationToken: cancellationToken);
    }

    // All ids of a blob's blocks must be of one length.
    private static string BlockId(string upload, int block) => Convert.ToBase64String(Encoding.ASCII.GetBytes($"{upload[^12..]}-{block:D6}"));
}

/// <summary>A progress record as it was written.</summary>
/// <param name="Progress">The record.</param>
/// <param name="Written">The ETag of its blob.</param>
internal sealed record Tracked(ScoringProgress Progress, ETag Written);
