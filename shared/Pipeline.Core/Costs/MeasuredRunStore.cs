using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Pipeline.Core.Storage;

namespace Pipeline.Core.Costs;

/// <summary>Keeps how fast trainings were, a small blob for each accelerator and base model, so that an estimate need not read all runs.</summary>
public sealed class MeasuredRunStore(BlobServiceClient storage)
{
    private readonly BlobContainerClient _container = storage.GetBlobContainerClient(BlobLayout.Runs);
    private readonly JsonRecords<MeasuredRuns> _records = new(storage.GetBlobContainerClient(BlobLayout.Runs), CoreJson.Indented.MeasuredRuns);

    /// <summary>Adds a training. One of the same name is replaced, so that it may be done twice.</summary>
    /// <param name="accelerator">What it ran on, by its short name.</param>
    /// <param name="baseModel">The base model; null: trained from scratch.</param>
    /// <param name="run">How fast it was.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task AddAsync(string accelerator, string? baseModel, MeasuredRun run, CancellationToken cancellationToken)
    {
        var name = BlobLayout.MeasuredRuns(accelerator, baseModel);
        if (!await _records.TryCreateAsync(name, new MeasuredRuns([run]), cancellationToken))
            await _records.UpdateAsync(name, known => known.With(run), $"'{name}' was removed.", cancellationToken);
    }

    /// <summary>The trainings of a base model on an accelerator; empty where there was none.</summary>
    public async Task<IReadOnlyList<MeasuredRun>> FindAsync(string accelerator, string? baseModel, CancellationToken cancellationToken) =>
        (await _records.FindAsync(BlobLayout.MeasuredRuns(accelerator, baseModel), cancellationToken))?.Runs ?? [];

    /// <summary>The accelerator of the training that ended last; null before the first.</summary>
    public async Task<string?> NewestAcceleratorAsync(CancellationToken cancellationToken)
    {
        (DateTimeOffset At, string Name) newest = default;
        await foreach (var blob in _container.GetBlobsAsync(BlobTraits.None, BlobStates.None, BlobLayout.Measurements, cancellationToken))
        {
            if (blob.Properties.LastModified is { } at && at > newest.At)
                newest = (at, blob.Name[BlobLayout.Measurements.Length..].Split('/')[0]);
        }

        return newest.Name;
    }
}
