using Pipeline.Core.Storage;
using Pipeline.Core.Tokenization;

namespace Pipeline.IntegrationTests.Ingestion;

/// <summary>A temporary folder for a tokenizer's files.</summary>
internal sealed class TokenizerDownload : IDisposable
{
    /// <summary>What a byte-level BPE tokenizer is saved as.</summary>
    public static readonly string[] Files = ["vocab.json", "merges.txt", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"];

    public string Path { get; } = Directory.CreateTempSubdirectory("tokenizer-").FullName;

    public async Task<ITextTokenizer> LoadAsync(IngestRig rig, string runId)
    {
        foreach (var file in Files)
            await rig.RunBlob(BlobLayout.Tokenizer(runId) + file).DownloadToAsync(System.IO.Path.Combine(Path, file), TestContext.Current.CancellationToken);
        return HuggingFaceTokenizer.Load(Path);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
