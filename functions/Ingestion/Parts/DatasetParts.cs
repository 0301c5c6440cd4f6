using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;

namespace Pipeline.Functions.Ingestion.Parts;

/// <summary>The parts of a dataset.</summary>
internal static class DatasetParts
{
    /// <summary>A part for each file, uncut.</summary>
    /// <exception cref="DatasetRejectedException">A file's name says nothing that can be read.</exception>
    public static IReadOnlyList<DatasetPart> Of(DatasetReference dataset, RunOptions options) =>
    [
        new DatasetPart
        {
            Number = 0,
            Blob = dataset.Blob,
            ETag = dataset.ETag,
            Format = DatasetFile.Parse(dataset.Blob),
            Reading = ReadingOptions.From(options),
        },
    ];
}
