using Azure.Storage.Blobs;
using Pipeline.Core.Costs;
using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;
using Pipeline.Core.Sweeps;
using Pipeline.Functions.Estimates;
using Pipeline.Functions.Ingestion;
using Pipeline.Functions.Ingestion.Content;
using Pipeline.Functions.Ingestion.Drop;
using Pipeline.Functions.Ingestion.Parts;
using Pipeline.Local.Cli;

namespace Pipeline.Local.Validation;

/// <summary>A dataset on this machine's disk, validated in this process as if it had been dropped.</summary>
/// <param name="dataset">The file or folder, with the name that it would have in the storage.</param>
/// <param name="optionsFile">Its options; null to look for <c>{name}.options.json</c> beside it, as a drop does.</param>
internal sealed class LocalDataset(UploadedDataset dataset, string? optionsFile) : IDatasetContent
{
    private readonly string _beside = Path.GetDirectoryName(Path.GetFullPath(Path.TrimEndingDirectorySeparator(dataset.Path)))!;

    private bool IsFolder => dataset.Blob.EndsWith('/');

    /// <summary>The report that a run of it would have.</summary>
    /// <param name="storage">Gives the storage with the base models; asked only where the options name one.</param>
    /// <param name="measured">How fast earlier trainings were; null: nothing is known of them.</param>
    /// <param name="rates">What training costs.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<ValidationReport> ValidateAsync(
        Func<BlobServiceClient> storage, MeasuredRunStore? measured, RateOptions rates, CancellationToken cancellationToken)
    {
        var dropped = Dropped();
        RunOptions options;
        try
        {
            options = await new DatasetOptions(SmallFileAsync, dropped).ReadAsync(cancellationToken);
        }
        catch (DatasetRejectedException e)
        {
            var findings = new FindingLog();
            findings.Add(e);
            return ValidationReport.Rejected(runId: null, dataset.Blob, findings.ToList());
        }

        var client = SweepTrials.BaseModels(options) is [null] ? new BlobServiceClient("UseDevelopmentStorage=true") : storage();
        return await new DatasetValidation(client, new DatasetEstimates(client, rates, measured)).ValidateAsync(dropped.Reference, this, options, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Stream> OpenAsync(DatasetPart part, CancellationToken cancellationToken) => Task.FromResult<Stream>(File.OpenRead(PathOf(part.Blob)));

    private DroppedDataset Dropped()
    {
        var metadata = new Dictionary<string, string>();
        if (!IsFolder)
            return DroppedDataset.OfFile(new DatasetReference(dataset.Blob, "", new FileInfo(dataset.Path).Length), default, metadata);
        var files = new DirectoryInfo(dataset.Path).EnumerateFiles().Select(f => new DatasetReference(dataset.Blob + f.Name, "", f.Length));
        return DroppedDataset.OfFolder(FolderDrop.Reference(dataset.Blob, files), default, metadata);
    }

    private async Task<BinaryData?> SmallFileAsync(string name, CancellationToken cancellationToken)
    {
        var file = new FileInfo(PathOf(name));
        if (!file.Exists)
            return null;
        if (file.Length > RunOptionsReader.LargestFile)
            throw RunOptionsReader.TooLarge(name, file.Length);
        return BinaryData.FromBytes(await File.ReadAllBytesAsync(file.FullName, cancellationToken));
    }

    // Where a blob of the container would be read from.
    private string PathOf(string blob)
    {
        if (optionsFile is not null && (blob == dataset.OptionsBlob || blob == dataset.Blob + FolderDrop.Options))
            return optionsFile;
        if (IsFolder && blob.StartsWith(dataset.Blob, StringComparison.Ordinal))
            return Path.Combine(dataset.Path, blob[dataset.Blob.Length..]);
        return blob == dataset.Blob ? dataset.Path : Path.Combine(_beside, blob);
    }
}
