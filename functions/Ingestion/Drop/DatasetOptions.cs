using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;

namespace Pipeline.Functions.Ingestion.Drop;

/// <summary>Reads a dataset's options: from the file beside it, else from the blob's metadata.</summary>
/// <param name="files">Finds the small files beside the dataset.</param>
/// <param name="dropped">The dataset.</param>
internal sealed class DatasetOptions(SmallFiles files, DroppedDataset dropped)
{
    private string Blob => dropped.Reference.Blob;

    private bool IsFolder => dropped.Reference.Files is not null;

    /// <summary>The options, with defaults filled in and the names of labels read from their file.</summary>
    /// <exception cref="DatasetRejectedException">An option cannot be used, or the dataset cannot be read by its names.</exception>
    public async Task<RunOptions> ReadAsync(CancellationToken cancellationToken)
    {
        CheckNames();
        try
        {
            return await WithLabelNamesAsync(await FindAsync(cancellationToken), cancellationToken);
        }
        catch (RunOptionsException e)
        {
            throw e.ToRejection();
        }
    }

    private async Task<RunOptions> FindAsync(CancellationToken cancellationToken)
    {
        string[] blobs = [.. IsFolder ? [Blob + FolderDrop.Options] : Array.Empty<string>(), dropped.ModelName + DatasetFile.OptionsExtension];
        foreach (var blob in blobs)
        {
            if (await files(blob, cancellationToken) is { } json)
                return RunOptionsReader.FromJson(json.ToArray(), blob);
        }

        return RunOptionsReader.FromMetadata(dropped.Metadata, $"metadata of {Blob}");
    }

    // Into the run's record, so that a second attempt has the same names, whatever the file says by then.
    private async Task<RunOptions> WithLabelNamesAsync(RunOptions options, CancellationToken cancellationToken)
    {
        if (options.LabelNames is not null)
            return options;
        if (options.LabelNamesFile is { } file)
        {
            var names = (IsFolder ? await files(Blob + file, cancellationToken) : null) ?? await files(file, cancellationToken)
                ?? throw new DatasetRejectedException(FindingKind.BadOptions, $"label_names_file names '{file}', which is not in the container.");
            return options with { LabelNames = Lines(names) };
        }

        return IsFolder && await files(Blob + FolderDrop.LabelNames, cancellationToken) is { } classes
            ? options with { LabelNames = Lines(classes) }
            : options;
    }

    // A run whose names cannot be read is rejected before anything else is asked.
    private void CheckNames()
    {
        if (dropped.Reference.Files is not { } splits)
        {
            DatasetFile.Parse(Blob);
            return;
        }

        foreach (var file in splits)
            FolderDrop.Parse(Blob, file.Blob);
        if (!splits.Any(f => FolderDrop.SplitOf(f.Blob[Blob.Length..]) == Split.Train))
        {
            var there = splits.Count == 0 ? "none of them" : string.Join(", ", splits.Select(f => f.Blob[Blob.Length..]));
            throw new DatasetRejectedException(FindingKind.BadFolder, $"'{Blob}' has {there}.");
        }
    }

    private static NameList Lines(BinaryData text) =>
        new(text.ToString().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
}
