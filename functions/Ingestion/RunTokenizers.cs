using Azure.Storage.Blobs;
using Pipeline.Core.Runs;
using Pipeline.Functions.Ingestion.Content;
using Pipeline.Functions.Ingestion.Join;
using Pipeline.Functions.Ingestion.Parts;
using Pipeline.Functions.Ingestion.Scan;
using Pipeline.Functions.Ingestion.Write;

namespace Pipeline.Functions.Ingestion;

/// <summary>The tokenizers of a run: most runs have one; a sweep over base models writes the dataset with each of theirs.</summary>
internal sealed class RunTokenizers : IDisposable
{
    private readonly List<(TokenizedVariant Variant, RunTokenizer Tokenizer)> _all = [];

    /// <summary>Finds or learns the tokenizers that the options ask for, all of them before anything is written.</summary>
    public static Task<RunTokenizers> ForAsync(
        BlobServiceClient storage, RunOptions options, JoinedDataset dataset, IReadOnlyList<ScannedPart> parts, CancellationToken cancellationToken) =>
        LoadAsync(options, variant => RunTokenizer.ForAsync(storage, variant, options, dataset, parts, cancellationToken));

    /// <summary>The tokenizers that another instance chose for the run.</summary>
    public static Task<RunTokenizers> OfRunAsync(BlobServiceClient storage, RunRecord run, CancellationToken cancellationToken) =>
        LoadAsync(run.Options, variant => RunTokenizer.OfRunAsync(storage, run.RunId, variant, cancellationToken));

    /// <summary>Writes the tokenizers' files.</summary>
    public async Task WriteAsync(RunOutput output, CancellationToken cancellationToken)
    {
        foreach (var (variant, tokenizer) in _all)
            await output.WriteTokenizerAsync(variant, tokenizer, cancellationToken);
    }

    /// <summary>Writes a part with each tokenizer.</summary>
    /// <param name="content">Where its bytes are.</param>
    /// <param name="part">The part.</param>
    /// <param name="dataset">Says where rows go.</param>
    /// <param name="output">Takes the shards; null where they are only counted.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<IReadOnlyList<WrittenPart>> WritePartAsync(
        IDatasetContent content, DatasetPart part, JoinedDataset dataset, RunOutput? output, CancellationToken cancellationToken)
    {
        var written = new List<WrittenPart>();
        foreach (var (variant, tokenizer) in _all)
            written.Add(await PartWriter.RunAsync(content, part, dataset, tokenizer, output?.Shards(variant), cancellationToken));
        return written;
    }

    /// <summary>The dataset as each tokenizer made it.</summary>
    /// <param name="parts">What <see cref="WritePartAsync"/> gave for each part, in their order.</param>
    public IReadOnlyList<WrittenDataset> Sum(IReadOnlyList<IReadOnlyList<WrittenPart>> parts) =>
        [.. _all.Select((v, i) => new WrittenDataset(v.Variant, WrittenPart.Sum([.. parts.Select(part => part[i])]), v.Tokenizer.VocabularySize))];

    /// <summary>Removes their temporary folders.</summary>
    public void Dispose()
    {
        foreach (var (_, tokenizer) in _all)
            tokenizer.Dispose();
    }

    private static async Task<RunTokenizers> LoadAsync(RunOptions options, Func<TokenizedVariant, Task<RunTokenizer>> load)
    {
        var tokenizers = new RunTokenizers();
        try
        {
            foreach (var variant in TokenizedVariant.Of(options))
                tokenizers._all.Add((variant, await load(variant)));
            return tokenizers;
        }
        catch
        {
            tokenizers.Dispose();
            throw;
        }
    }
}
