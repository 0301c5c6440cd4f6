using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;

namespace Pipeline.Functions.Ingestion.Parts;

/// <summary>The parts of a dataset.</summary>
internal static class DatasetParts
{
    /// <summary>A part for each file, uncut.</summary>
    /// <exception cref="DatasetRejectedException">A file's name says nothing that can be read.</exception>
    public static IReadOnlyList<DatasetPart> Of(DatasetReference dataset, RunOptions options)
    {
        var reading = ReadingOptions.From(options);
        if (dataset.Files is not { } files)
        {
            return
            [
                new DatasetPart { Number = 0, Blob = dataset.Blob, ETag = dataset.ETag, Format = DatasetFile.Parse(dataset.Blob), Reading = reading, Bytes = dataset.SizeBytes },
            ];
        }

        return [.. files.Select((file, number) => new DatasetPart
        {
            Number = number,
            Blob = file.Blob,
            ETag = file.ETag,
            Format = FolderDrop.Parse(dataset.Blob, file.Blob),
            Reading = reading,
            Bytes = file.SizeBytes,
            File = file.Blob[dataset.Blob.Length..],
            Given = FolderDrop.SplitOf(file.Blob[dataset.Blob.Length..]),
        })];
    }
}
