using Azure.Storage.Blobs;
using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;
using Pipeline.Functions.Ingestion.Content;
using Pipeline.Functions.Ingestion.Join;
using Pipeline.Functions.Ingestion.Parts;
using Pipeline.Functions.Ingestion.Scan;
using Pipeline.Functions.Ingestion.Write;

namespace Pipeline.Functions.Ingestion;

/// <summary>All steps for a dataset that one process works on: scan each part, join, choose the tokenizer, write each part.</summary>
/// <param name="content">Where the bytes are.</param>
/// <param name="parts">The parts, in order.</param>
/// <param name="options">The run's options.</param>
/// <param name="storage">Where base models are.</param>
internal sealed class WholeDataset(IDatasetContent content, IReadOnlyList<DatasetPart> parts, RunOptions options, BlobServiceClient storage)
{
    /// <summary>Does it all.</summary>
    /// <param name="output">Takes tokenizer and shards; null where the dataset is only checked.</param>
    /// <param name="findings">Takes what is found, also where the dataset is rejected.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="DatasetRejectedException">The dataset cannot be trained on.</exception>
    public async Task<IngestedDataset> IngestAsync(RunOutput? output, FindingLog findings, CancellationToken cancellationToken)
    {
        var scanned = new List<ScannedPart>();
        try
        {
            foreach (var part in parts)
                scanned.Add(await PartScan.RunAsync(content, parts, part.Number, findings, cancellationToken));
            using var dataset = await Task.Run(() => DatasetJoin.Run(parts, scanned, options, findings, cancellationToken), cancellationToken);
            using var tokenizers = await RunTokenizers.ForAsync(storage, options, dataset, scanned, cancellationToken);
            if (output is not null)
                await tokenizers.WriteAsync(output, cancellationToken);

            var written = new List<IReadOnlyList<WrittenPart>>();
            foreach (var part in parts)
                written.Add(await tokenizers.WritePartAsync(content, part, dataset, output, cancellationToken));
            return new IngestedDataset(dataset.Summary, tokenizers.Sum(written), options);
        }
        finally
        {
            foreach (var scan in scanned)
                scan.Dispose();
        }
    }
}
