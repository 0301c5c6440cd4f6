using Pipeline.Core.Datasets;

namespace Pipeline.Functions.Ingestion.Parts;

/// <summary>A piece of a dataset that is read in one go: a file, or a range of one.</summary>
internal sealed record DatasetPart
{
    /// <summary>Number of the part, from 0, in the order of the dataset.</summary>
    public required int Number { get; init; }

    /// <summary>The file's blob.</summary>
    public required string Blob { get; init; }

    /// <summary>The version of the blob that the run is about.</summary>
    public required string ETag { get; init; }

    /// <summary>How the file is written down.</summary>
    public required DatasetFile Format { get; init; }

    /// <summary>How it is to be read.</summary>
    public required ReadingOptions Reading { get; init; }

    /// <summary>The file's name in a dataset of several; null where there is one.</summary>
    public string? File { get; init; }

    /// <summary>The split that all its rows are given; null where the rows or the split rule decide.</summary>
    public Split? Given { get; init; }

    /// <summary>Bytes of the whole file.</summary>
    public long Bytes { get; init; }

    /// <summary>First byte.</summary>
    public long Offset { get; init; }

    /// <summary>Bytes; null to the end of the file.</summary>
    public long? Length { get; init; }

    /// <summary>Lines of the file before the part.</summary>
    public long LinesBefore { get; init; }

    /// <summary>The rows, with lines and numbers that count from the beginning of the part.</summary>
    public IEnumerable<DatasetRow> Read(Stream content, FindingLog findings)
    {
        foreach (var row in DatasetReader.Read(content, Format, Reading, findings))
            yield return row with { File = File ?? row.File, GivenSplit = Given ?? row.GivenSplit };
    }

    /// <summary>What was found in the part, with the file's name.</summary>
    public IReadOnlyList<Finding> Named(FindingLog findings) => File is null
        ? findings.ToList()
        : [.. findings.ToList().Select(f => f with { Places = [.. f.Places.Select(p => p with { File = p.File ?? File })] })];

    /// <summary>Why the part is rejected, with the line of the file and the file's name.</summary>
    public DatasetRejectedException Placed(DatasetRejectedException reason)
    {
        if (File is null && LinesBefore == 0)
            return reason;
        var message = File is null ? reason.Message : $"{File}: {reason.Message}";
        return new DatasetRejectedException(reason.Kind, message, reason.Line + LinesBefore, reason);
    }
}
