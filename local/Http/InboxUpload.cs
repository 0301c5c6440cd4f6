using System.Text.Json.Serialization.Metadata;
using Azure.Storage.Blobs;
using Pipeline.Core;
using Pipeline.Core.Storage;

namespace Pipeline.Local.Http;

/// <summary>Drops a file for a model to classify, as a user of the real thing does, and waits for what becomes of it.</summary>
internal sealed class InboxUpload(BlobServiceClient storage, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private BlobContainerClient Inbox => storage.GetBlobContainerClient(BlobLayout.Inbox);

    private BlobContainerClient Outbox => storage.GetBlobContainerClient(BlobLayout.Outbox);

    /// <summary>Uploads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="blob">Its name in the container <c>inbox</c>.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The upload's ETag, quotes stripped.</returns>
    public async Task<string> SendAsync(string path, string blob, CancellationToken cancellationToken)
    {
        var info = await Inbox.GetBlobClient(blob).UploadAsync(path, overwrite: true, cancellationToken);
        return info.Value.ETag.Bare();
    }

    /// <summary>Waits until an upload is done.</summary>
    /// <param name="blob">Its name.</param>
    /// <param name="etag">Its ETag.</param>
    /// <param name="progress">Is told how many rows are done.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="LocalException">The file cannot be classified.</exception>
    public async Task<ScoredFile> WaitAsync(string blob, string etag, Action<long> progress, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await FindAsync<ScoredFile>(BlobLayout.ScoringSummary(blob), cancellationToken) is { } summary && summary.ETag == etag)
                return summary;
            if (await FindAsync<FileError>(BlobLayout.ScoringError(blob), cancellationToken) is { } error && error.ETag == etag)
                throw new LocalException($"{(error.Line is { } line ? $"Line {line}: " : "")}{error.Message}", error.Fix);
            if (await FindAsync<FileProgress>(BlobLayout.ScoringProgress(blob), cancellationToken) is { } now && now.ETag == etag)
                progress(now.Rows);
            await Task.Delay(Interval, time, cancellationToken);
        }
    }

    /// <summary>Brings a result here.</summary>
    public Task DownloadAsync(ScoredFile file, string path, CancellationToken cancellationToken) =>
        Outbox.GetBlobClient(file.Result).DownloadToAsync(path, cancellationToken);

    private async Task<T?> FindAsync<T>(string name, CancellationToken cancellationToken) where T : class =>
        (await JsonBlob.ReadAsync(Outbox, name, (JsonTypeInfo<T>)PipelineJson.Indented.GetTypeInfo(typeof(T)), cancellationToken))?.Value;

    private sealed record FileError(string ETag, string Message, string Fix, long? Line);

    private sealed record FileProgress(string ETag, long Rows);
}

/// <summary>What the summary of a result says.</summary>
/// <param name="ETag">The upload.</param>
/// <param name="Result">The result's name in the container <c>outbox</c>.</param>
/// <param name="Version">The version that classified it.</param>
/// <param name="Rows">Rows of the file.</param>
/// <param name="Failed">Rows that could not be classified.</param>
/// <param name="Failures">Those by reason.</param>
/// <param name="Labels">How often each label was given; null for a model of numbers.</param>
/// <param name="MeanValue">The mean of the numbers; null for a model of labels.</param>
internal sealed record ScoredFile(
    string ETag, string Result, string Version, long Rows, long Failed, IReadOnlyList<FailedRows> Failures, IReadOnlyDictionary<string, long>? Labels, double? MeanValue);

/// <summary>Rows that could not be classified for one reason.</summary>
/// <param name="Code">The reason.</param>
/// <param name="Count">How many.</param>
/// <param name="FirstLine">The line of the first.</param>
/// <param name="FirstMessage">What is wrong with the first.</param>
internal sealed record FailedRows(string Code, long Count, long FirstLine, string FirstMessage);
