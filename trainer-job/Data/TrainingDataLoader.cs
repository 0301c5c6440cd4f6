using Azure.Storage.Blobs;
using Pipeline.Core.Runs;
using Pipeline.Core.Shards;
using Pipeline.Core.Storage;
using Pipeline.Core.Tokenization;
using Pipeline.Trainer.Jobs;

namespace Pipeline.Trainer.Data;

/// <summary>Reads a run's shards and tokenizer. What ingest wrote and cannot be read ends the run: another attempt would read the same.</summary>
internal sealed class TrainingDataLoader(BlobServiceClient storage)
{
    private readonly BlobContainerClient _runs = storage.GetBlobContainerClient(BlobLayout.Runs);

    /// <summary>Downloads the tokenizer into a folder and the shards into memory.</summary>
    /// <exception cref="PermanentFailureException">A shard or the tokenizer is missing or damaged.</exception>
    public async Task<TrainingData> LoadAsync(RunRecord run, string tokenizerFolder, CancellationToken cancellationToken)
    {
        var ingest = run.Ingest!;
        try
        {
            await RunFiles.DownloadFolderAsync(_runs, BlobLayout.Tokenizer(run.RunId), tokenizerFolder, cancellationToken);
            var tokenizer = HuggingFaceTokenizer.Load(tokenizerFolder);
            return new TrainingData(
                await ReadSplitAsync(run, "train", tokenizer.VocabularySize, cancellationToken),
                await ReadSplitAsync(run, "validation", tokenizer.VocabularySize, cancellationToken),
                await ReadSplitAsync(run, "test", tokenizer.VocabularySize, cancellationToken),
                ingest.Labels,
                tokenizer,
                tokenizer.Template.SeparatorTokenId);
        }
        catch (Exception e) when (e is InvalidDataException or FileNotFoundException or NotSupportedException)
        {
            throw new PermanentFailureException(
                "unreadable-run-data", $"What ingest wrote for run '{run.RunId}' cannot be read: {e.Message}", "Upload the dataset again.", e);
        }
    }

    private async Task<EncodedSplit> ReadSplitAsync(RunRecord run, string name, int vocabularySize, CancellationToken cancellationToken)
    {
        if (!run.Ingest!.Splits.TryGetValue(name, out var split))
            throw new InvalidDataException($"The run record names no {name} split.");
        var inputIds = new List<int[]>(split.Rows);
        var labels = new List<int>(split.Rows);
        foreach (var shard in split.Shards)
        {
            var blob = $"{run.RunId}/{shard}";
            using var local = new TemporaryFile();
            await RunFiles.DownloadAsync(_runs, blob, local.Path, cancellationToken);
            await using var stream = File.OpenRead(local.Path);
            await foreach (var example in TokenShardReader.ReadAsync(stream, new TokenShardLayout(), cancellationToken))
            {
                var label = example.Labels[0];
                if (label < 0 || label >= run.Ingest.Labels.Count)
                    throw new InvalidDataException($"'{blob}', row {example.Row}: label id {label}, but there are {run.Ingest.Labels.Count} labels.");
                if (example.InputIds.AsSpan().ContainsAnyExceptInRange(0, vocabularySize - 1))
                    throw new InvalidDataException($"'{blob}', row {example.Row}: a token id outside the vocabulary of {vocabularySize}.");
                inputIds.Add(example.InputIds);
                labels.Add(label);
            }
        }

        if (inputIds.Count != split.Rows || inputIds.Count == 0)
            throw new InvalidDataException($"The {name} split has {inputIds.Count} rows, the run record says {split.Rows}.");
        return new EncodedSplit(inputIds, labels);
    }
}
