using Azure.Storage.Blobs;
using Pipeline.Core.Datasets;
using Pipeline.Core.Shards;
using Pipeline.Core.Tokenization;

namespace Pipeline.Benchmarks.Ingest;

/// <summary>
/// What a simple program does, as a peer: one thread, one step after the other. Download, read all rows and learn the vocabulary,
/// tokenize, write one file, upload. No checks, no splits.
/// </summary>
internal static class PlainIngest
{
    public static async Task RunAsync(BlobContainerClient datasets, BlobContainerClient runs, string blob, string folder, CancellationToken cancellationToken)
    {
        var (copy, shard) = (Path.Combine(folder, "copy.csv"), Path.Combine(folder, "plain.arrow"));
        await datasets.GetBlobClient(blob).DownloadToAsync(copy, cancellationToken);
        var tokenizer = Learn(copy);
        var labels = new Dictionary<string, int>();
        await using (var file = File.Create(shard))
        {
            await using var writer = new TokenShardWriter(file);
            foreach (var row in Read(copy))
            {
                labels.TryAdd(row.Labels[0], labels.Count);
                await writer.WriteAsync(new TokenizedExample(tokenizer.Encode(row.Text), null, [labels[row.Labels[0]]], row.Number), cancellationToken);
            }
        }

        await runs.GetBlobClient("plain.arrow").UploadAsync(shard, overwrite: true, cancellationToken);
        File.Delete(copy);
        File.Delete(shard);
    }

    // As much text as ingest learns from.
    private static ByteLevelBpeTokenizer Learn(string copy)
    {
        var trainer = new ByteLevelBpeTrainer();
        var characters = 0L;
        foreach (var row in Read(copy))
        {
            if ((characters += row.Text.Length) > 16_000_000)
                break;
            trainer.Add(row.Text);
        }

        return new ByteLevelBpeTokenizer(trainer.Train(8_000));
    }

    private static IEnumerable<DatasetRow> Read(string path)
    {
        using var content = File.OpenRead(path);
        foreach (var row in DatasetReader.Read(content, DatasetFile.Parse("generated.csv"), new ReadingOptions(), new FindingLog()))
            yield return row;
    }
}
