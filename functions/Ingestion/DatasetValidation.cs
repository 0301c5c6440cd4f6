using Azure.Storage.Blobs;
using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;
using Pipeline.Functions.Estimates;
using Pipeline.Functions.Ingestion.Content;
using Pipeline.Functions.Ingestion.Parts;

namespace Pipeline.Functions.Ingestion;

/// <summary>Checks a dataset as ingest does, tokens included, and writes and sends nothing.</summary>
/// <param name="storage">Where base models are.</param>
/// <param name="estimates">Says what a run would take.</param>
internal sealed class DatasetValidation(BlobServiceClient storage, DatasetEstimates estimates)
{
    /// <summary>The report that a run of the dataset would have.</summary>
    /// <param name="dataset">The file's name with its extension, or the folder with its files.</param>
    /// <param name="content">Where the bytes are.</param>
    /// <param name="options">The options of the run.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<ValidationReport> ValidateAsync(
        DatasetReference dataset, IDatasetContent content, RunOptions options, CancellationToken cancellationToken)
    {
        var findings = new FindingLog();
        try
        {
            var whole = new WholeDataset(content, DatasetParts.Of(dataset, options), options, storage);
            var ingested = await whole.IngestAsync(output: null, findings, cancellationToken);
            return ingested.Report(runId: null, dataset.Blob) with { Estimate = await estimates.OfAsync(ingested, cancellationToken) };
        }
        catch (DatasetRejectedException e)
        {
            findings.Add(e);
            return ValidationReport.Rejected(runId: null, dataset.Blob, findings.ToList(options.IgnoreFindings));
        }
    }

    /// <summary>The report that a run of a file would have.</summary>
    /// <param name="name">The file's name, with its extension.</param>
    /// <param name="content">The file; copied first, since it is read twice.</param>
    /// <param name="options">The options of the run.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<ValidationReport> ValidateAsync(string name, Stream content, RunOptions options, CancellationToken cancellationToken)
    {
        using var file = await FileContent.CopyAsync(content, cancellationToken);
        return await ValidateAsync(new DatasetReference(name, "", file.Length), file, options, cancellationToken);
    }
}
