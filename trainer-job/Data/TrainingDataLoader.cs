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
        var tokenized = ingest.For(run.Options.BaseModel);
        try
        {
            await RunFiles.DownloadFolderAsync(_runs, BlobLayout.Tokenizer(run.RunId, tokenized.Folder), tokenizerFolder, cancellationToken);
            var tokenizer = HuggingFaceTokenizer.Load(tokenizerFolder);
            return new TrainingData(
                await ReadSplitAsync(run, "train", tokenizer.VocabularySize, cancellationToken),
                await ReadSplitAsync(run, "validation", tokenizer.VocabularySize, cancellationToken),
                await ReadSplitAsync(run, "test", tokenizer.VocabularySize, cancellationToken),
                ingest.Labels,
                ingest.ProblemType,
                ingest.HasPairs,
                tokenizer);
        }
        catch (Exception e) when (e is InvalidDataException or FileNotFoundException or NotSupportedException)
        {
            throw new PermanentFailureException(
                "unreadable-run-data", $"What ingest wrote for run '{run.RunId}' cannot be read: {e.Message}", "Upload the dataset again.", e);
        }
    }

    private async Task<IReadOnlyList<Example>> ReadSplitAsync(RunRecord run, string name, int vocabularySize, CancellationToken cancellationToken)
    {
        var ingest = run.Ingest!;
        if (!ingest.For(run.Options.BaseModel).Splits.TryGetValue(name, out var split))
            throw new InvalidDataException($"The run record names no {name} split.");
        var examples = new List<Example>(split.Rows);
        foreach (var shard in split.Shards)
        {
            var blob = $"{run.RunId}/{shard}";
            using var local = new TemporaryFile();
            await RunFiles.DownloadAsync(_runs, blob, local.Path, cancellationToken);
            await using var stream = File.OpenRead(local.Path);
            await foreach (var example in TokenShardReader.ReadAsync(stream, new TokenShardLayout(ingest.ProblemType, ingest.HasPairs), cancellationToken))
            {
                if (example.Labels.AsSpan().ContainsAnyExceptInRange(0, ingest.Labels.Count - 1))
                    throw new InvalidDataException($"'{blob}', row {example.Row}: the label ids {string.Join(", ", example.Labels)}, but there are {ingest.Labels.Count} labels.");
                if (HasStranger(example.InputIds) || (example.PairInputIds is { } pair && HasStranger(pair)))
                    throw new InvalidDataException($"'{blob}', row {example.Row}: a token id outside the vocabulary of {vocabularySize}.");
                if (!float.IsFinite(example.Target ?? 0))
                    throw new InvalidDataException($"'{blob}', row {example.Row}: the target {example.Target} is no finite number.");
                examples.Add(new Example(example.InputIds, example.PairInputIds, example.Labels, example.Row, example.Target ?? 0));
            }
        }

        if (examples.Count != split.Rows || examples.Count == 0)
            throw new InvalidDataException($"The {name} split has {examples.Count} rows, the run record says {split.Rows}.");
        return examples;

        bool HasStranger(int[] ids) => ids.AsSpan().ContainsAnyExceptInRange(0, vocabularySize - 1);
    }
}
