using Azure;
using Azure.Storage.Blobs;
using Pipeline.Core.Datasets;
using Pipeline.Core.Storage;
using Pipeline.Core.Tokenization;

namespace Pipeline.Functions.Ingestion;

/// <summary>The tokenizer of a run with its files in a temporary folder, which goes when this is disposed.</summary>
internal sealed class RunTokenizer : IDisposable
{
    // More text than this hardly changes a vocabulary of some thousand tokens.
    private const long SampleCharacters = 64_000_000;

    // The trainer writes the length that it settles on into the published copy.
    private const int ModelMaxLength = 1_024;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tokenizer-");
    private ITextTokenizer? _tokenizer;

    private RunTokenizer()
    {
    }

    /// <summary>Number of token ids.</summary>
    public int VocabularySize => _tokenizer!.VocabularySize;

    /// <summary>The tokenizer's files.</summary>
    public IEnumerable<FileInfo> Files => _folder.EnumerateFiles().OrderBy(f => f.Name, StringComparer.Ordinal);

    /// <summary>Learns a vocabulary from the training split alone, so that the test stays unseen.</summary>
    public static RunTokenizer Learn(ScannedDataset dataset, int vocabularySize, CancellationToken cancellationToken)
    {
        var trainer = new ByteLevelBpeTrainer();
        long characters = 0;
        foreach (var row in dataset.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (row.Split != Split.Train)
                continue;
            trainer.Add(row.Text);
            characters += row.Text.Length;
            if (characters >= SampleCharacters)
                break;
        }

        var learned = new RunTokenizer();
        HuggingFaceTokenizer.Save(learned._folder.FullName, new ByteLevelBpeTokenizer(trainer.Train(vocabularySize, cancellationToken: cancellationToken)), ModelMaxLength);
        learned.Load();
        return learned;
    }

    /// <summary>Takes the tokenizer of a base model.</summary>
    /// <exception cref="DatasetRejectedException">There is no such base model, or its tokenizer cannot be read.</exception>
    public static async Task<RunTokenizer> OfBaseModelAsync(BlobServiceClient storage, string baseModel, CancellationToken cancellationToken)
    {
        var container = storage.GetBlobContainerClient(BlobLayout.BaseModels);
        var tokenizer = new RunTokenizer();
        try
        {
            foreach (var file in HuggingFaceTokenizer.ReadFiles)
                await DownloadAsync(container.GetBlobClient($"{baseModel}/{file}"), Path.Combine(tokenizer._folder.FullName, file), cancellationToken);
            tokenizer.Load();
            return tokenizer;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or NotSupportedException)
        {
            tokenizer.Dispose();
            throw new DatasetRejectedException(
                FindingKind.BadBaseModel, $"base-models/{baseModel}/: {e.Message.Replace(tokenizer._folder.FullName, baseModel, StringComparison.Ordinal)}", null, e);
        }
    }

    /// <inheritdoc cref="ITextTokenizer.Encode"/>
    public int[] Encode(string text) => _tokenizer!.Encode(text);

    /// <summary>Removes the temporary folder.</summary>
    public void Dispose() => _folder.Delete(recursive: true);

    private void Load() => _tokenizer = HuggingFaceTokenizer.Load(_folder.FullName);

    private static async Task DownloadAsync(BlobClient blob, string path, CancellationToken cancellationToken)
    {
        try
        {
            await blob.DownloadToAsync(path, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            // Not every folder has every file; loading says so where a needed one is missing.
            File.Delete(path);
        }
    }
}
