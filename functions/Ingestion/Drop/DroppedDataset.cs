using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;

namespace Pipeline.Functions.Ingestion.Drop;

/// <summary>A dataset as it lies in the storage now.</summary>
/// <param name="ModelName">The model its name stands for, or the nearest name a model can have.</param>
/// <param name="Reference">Which version of which blobs it is.</param>
/// <param name="LastModified">When it was dropped.</param>
/// <param name="Metadata">Options, where no file has them.</param>
internal sealed record DroppedDataset(
    string ModelName, DatasetReference Reference, DateTimeOffset LastModified, IDictionary<string, string> Metadata)
{
    /// <summary>The run that the drop starts, the same for every event of it.</summary>
    public string RunId => Pipeline.Core.Runs.RunId.From(ModelName, Reference.Blob, Reference.ETag);

    /// <summary>A single file. One that cannot be read by its name still gets a run, because that is where its owner will look.</summary>
    public static DroppedDataset OfFile(DatasetReference file, DateTimeOffset lastModified, IDictionary<string, string> metadata) =>
        new(ModelNameOf(file.Blob), file, lastModified, metadata);

    /// <summary>A folder.</summary>
    public static DroppedDataset OfFolder(DatasetReference folder, DateTimeOffset lastModified, IDictionary<string, string> metadata) =>
        new(DatasetFile.SuggestName(folder.Blob.TrimEnd('/')), folder, lastModified, metadata);

    private static string ModelNameOf(string blob)
    {
        try
        {
            return DatasetFile.Parse(blob).ModelName;
        }
        catch (DatasetRejectedException)
        {
            return DatasetFile.SuggestName(Path.GetFileNameWithoutExtension(blob));
        }
    }
}
