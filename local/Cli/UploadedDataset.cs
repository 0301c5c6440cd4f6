using Azure.Storage.Blobs;
using Pipeline.Core.Datasets;
using Pipeline.Local.Http;

namespace Pipeline.Local.Cli;

/// <summary>A file or a folder of the user's, and what it becomes in the container <c>datasets</c>.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Blob">Its name in the container; a folder's ends in a slash.</param>
/// <param name="ModelName">The model's name.</param>
internal sealed record UploadedDataset(string Path, string Blob, string ModelName)
{
    /// <summary>The blob with its options.</summary>
    public string OptionsBlob => ModelName + DatasetFile.OptionsExtension;

    /// <summary>Names a file or a folder.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="name">The name the user wants; null: its own, made to fit.</param>
    /// <exception cref="LocalException">The pipeline does not take it.</exception>
    public static UploadedDataset Of(string path, string? name)
    {
        if (!Directory.Exists(path))
        {
            var file = DatasetName.For(path, name);
            return new UploadedDataset(path, file.Blob, file.ModelName);
        }

        if (!Directory.EnumerateFiles(path).Any(f => FolderDrop.SplitOf(System.IO.Path.GetFileName(f)) == Split.Train))
            throw new LocalException($"The folder {path} has no file train.*.", FindingKind.BadFolder.Meaning);
        var folder = name ?? DatasetFile.SuggestName(new DirectoryInfo(path).Name);
        return new UploadedDataset(path, folder + "/", folder);
    }

    /// <summary>Uploads it.</summary>
    /// <returns>The id of the run that it starts.</returns>
    public Task<string> SendAsync(BlobServiceClient storage, CancellationToken cancellationToken) => Blob.EndsWith('/')
        ? DatasetUpload.SendFolderAsync(storage, Path, Blob, ModelName, cancellationToken)
        : DatasetUpload.SendAsync(storage, Path, Blob, ModelName, cancellationToken);
}
