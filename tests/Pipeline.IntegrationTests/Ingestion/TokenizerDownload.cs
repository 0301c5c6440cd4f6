using Pipeline.Core.Storage;
using Pipeline.Core.Tokenization;

namespace Pipeline.IntegrationTests.Ingestion;

/// <summary>A temporary folder for a tokenizer's files.</summary>
internal sealed class TokenizerDownload : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("tokenizer-").FullName;

    public async Task<ITextTokenizer> LoadAsync(IngestRig rig, string runId)
    {
        foreach (var file in HuggingFaceTokenizer.SavedFiles)
            await rig.RunBlob(BlobLayout.Tokenizer(runId) + file).DownloadToAsync(System.IO.Path.Combine(Path, file), TestContext.Current.CancellationToken);
        return HuggingFaceTokenizer.Load(Path);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
