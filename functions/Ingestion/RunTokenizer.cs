using Azure;
using Azure.Storage.Blobs;
using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.Core.Tokenization;
using Pipeline.Functions.Ingestion.Join;
using Pipeline.Functions.Ingestion.Scan;

namespace Pipeline.Functions.Ingestion;

/// <summary>The tokenizer of a run with its files in a temporary folder, which goes when this is disposed.</summary>
internal sealed class RunTokenizer : IDisposable
{
    /// <summary>Characters that a vocabulary is learned from at most; more hardly change one of some thousand tokens.</summary>
    public const long SampleCharacters = 20_000_000;

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

    /// <summary>The tokenizer of a variant: the base model's, or one that is learned from the dataset.</summary>
    public static Task<RunTokenizer> ForAsync(
        BlobServiceClient storage, TokenizedVariant variant, RunOptions options, JoinedDataset dataset, IReadOnlyList<ScannedPart> parts, CancellationToken cancellationToken) =>
        variant.BaseModel is { } name
            ? OfBaseModelAsync(storage, name, cancellationToken)
            : Task.Run(() => Learn(dataset, parts, options.VocabularySize, cancellationToken), cancellationToken);

    // From the training split alone, so that the test stays unseen.
    private static RunTokenizer Learn(JoinedDataset dataset, IReadOnlyList<ScannedPart> parts, int vocabularySize, CancellationToken cancellationToken)
    {
        var trainer = new ByteLevelBpeTrainer();
        // The same share of each part, that of the fullest.
        var halvings = parts.Max(p => p.Sample.Halvings);
        foreach (var (hash, text) in parts.SelectMany(p => p.Sample.Read(halvings)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (dataset.SplitOf(hash, null) == Split.Train)
                trainer.Add(text);
        }

        var learned = new RunTokenizer();
        HuggingFaceTokenizer.Save(learned._folder.FullName, new ByteLevelBpeTokenizer(trainer.Train(vocabularySize, cancellationToken: cancellationToken)), ModelMaxLength);
        learned.Load();
        return learned;
    }

    /// <summary>The tokenizer that another instance chose for the run.</summary>
    public static Task<RunTokenizer> OfRunAsync(BlobServiceClient storage, string runId, TokenizedVariant variant, CancellationToken cancellationToken) =>
        DownloadAsync(storage.GetBlobContainerClient(BlobLayout.Runs), BlobLayout.Tokenizer(runId, variant.Folder), cancellationToken);

    private static async Task<RunTokenizer> OfBaseModelAsync(BlobServiceClient storage, string baseModel, CancellationToken cancellationToken)
    {
        try
        {
            return await DownloadAsync(storage.GetBlobContainerClient(BlobLayout.BaseModels), baseModel + "/", cancellationToken);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or NotSupportedException)
        {
            throw new DatasetRejectedException(FindingKind.BadBaseModel, $"base-models/{baseModel}/: {e.Message}", null, e);
        }
    }

    private static async Task<RunTokenizer> DownloadAsync(BlobContainerClient container, string folder, CancellationToken cancellationToken)
    {
        var tokenizer = new RunTokenizer();
        try
        {
            foreach (var file in HuggingFaceTokenizer.ReadFiles)
                await DownloadAsync(container.GetBlobClient(folder + file), Path.Combine(tokenizer._folder.FullName, file), cancellationToken);
            tokenizer.Load();
            return tokenizer;
        }
        catch
        {
            tokenizer.Dispose();
            throw;
        }
    }

    /// <summary>Special tokens that the model gets with a text, or with a pair of texts.</summary>
    public int SpecialTokens(bool isPair) => isPair ? _tokenizer!.Template.PairTokens : _tokenizer!.Template.SingleTokens;

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
