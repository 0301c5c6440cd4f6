using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Pipeline.Core;
using Pipeline.Core.Datasets;
using Pipeline.Core.Reports;
using Pipeline.Core.Storage;
using Pipeline.Functions.Ingestion.Write;

namespace Pipeline.Functions.Ingestion;

/// <summary>Writes what ingest makes into the run's folder. What is there already was written by a twin and has the same content.</summary>
internal sealed class RunOutput(BlobServiceClient storage, string runId)
{
    private readonly BlobContainerClient _container = storage.GetBlobContainerClient(BlobLayout.Runs);

    /// <summary>Writes <c>tokenizer/</c> of a variant.</summary>
    public async Task WriteTokenizerAsync(TokenizedVariant variant, RunTokenizer tokenizer, CancellationToken cancellationToken)
    {
        foreach (var file in tokenizer.Files)
        {
            await using var content = file.OpenRead();
            await CreateAsync(BlobLayout.Tokenizer(runId, variant.Folder) + file.Name, content, "application/octet-stream", cancellationToken);
        }
    }

    /// <summary>Writes shards of a variant.</summary>
    public ShardUpload Shards(TokenizedVariant variant) => (shard, content, cancellationToken) =>
        CreateAsync($"{runId}/{variant.Folder}{shard}", content, "application/vnd.apache.arrow.stream", cancellationToken);

    /// <summary>Writes <c>report.html</c> and <c>report.json</c>; a later attempt's replaces them.</summary>
    public async Task WriteReportAsync(ValidationReport report, CancellationToken cancellationToken)
    {
        await ReplaceAsync(BlobLayout.HtmlReport(runId), BinaryData.FromString(HtmlReport.Render(report)), "text/html; charset=utf-8", cancellationToken);
        await ReplaceAsync(
            BlobLayout.Report(runId), BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(report, CoreJson.Indented.ValidationReport)), "application/json", cancellationToken);
    }

    private Task ReplaceAsync(string name, BinaryData content, string contentType, CancellationToken cancellationToken) =>
        _container.GetBlobClient(name).UploadAsync(
            content, new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentType = contentType } }, cancellationToken);

    /// <summary>Writes a blob unless it is there.</summary>
    public async Task CreateAsync(string name, Stream content, string contentType, CancellationToken cancellationToken)
    {
        try
        {
            await _container.GetBlobClient(name).UploadAsync(
                content,
                new BlobUploadOptions
                {
                    Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All },
                    HttpHeaders = new BlobHttpHeaders { ContentType = contentType },
                },
                cancellationToken);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobAlreadyExists || e.Status == 412)
        {
            // A twin, or an attempt before this one.
        }
    }
}
