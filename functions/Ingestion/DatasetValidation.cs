using Azure.Storage.Blobs;
using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;
using Pipeline.Functions.Ingestion.Content;
using Pipeline.Functions.Ingestion.Parts;

namespace Pipeline.Functions.Ingestion;

/// <summary>Checks a dataset as ingest does, tokens included, and writes and sends nothing.</summary>
internal sealed class DatasetValidation(BlobServiceClient storage)
{
    /// <summary>The report that a run of the dataset would have.</summary>
    /// <param name="name">The file's name, with its extension.</param>
    /// <param name="content">The file.</param>
    /// <param name="options">The options of the run.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<ValidationReport> ValidateAsync(string name, Stream content, RunOptions options, CancellationToken cancellationToken)
    {
        var findings = new FindingLog();
        try
        {
            var parts = DatasetParts.Of(new DatasetReference(name, "", 0), options);
            using var file = await FileContent.CopyAsync(content, cancellationToken);
            var dataset = await new WholeDataset(file, parts, options, storage).IngestAsync(output: null, findings, cancellationToken);
            return dataset.Report("", name);
        }
        catch (DatasetRejectedException e)
        {
            findings.Add(e);
            return ValidationReport.Rejected("", name, findings.ToList(options.IgnoreFindings));
        }
    }
}
