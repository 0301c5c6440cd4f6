using System.Globalization;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Pipeline.Core.Storage;

namespace Pipeline.Functions.Drift;

/// <summary>Counts of predictions and reports on them, in the container <c>drift</c>.</summary>
internal sealed class DriftStore(BlobServiceClient storage)
{
    private const string DayFormat = "yyyy-MM-dd";

    private readonly BlobContainerClient _container = storage.GetBlobContainerClient(BlobLayout.Drift);

    /// <summary>Writes what an instance has counted since its start; a later call replaces it, so that nothing is counted twice.</summary>
    public Task WriteAsync(DayOfModel counts, string instance, CancellationToken cancellationToken) =>
        JsonBlob.WriteAsync(_container, BlobLayout.PredictionCounts(counts.Model, counts.Day) + instance + ".json", counts, FunctionsJson.Indented.DayOfModel, null, cancellationToken);

    /// <summary>Names of the models that anything is counted of, in order.</summary>
    public async Task<IReadOnlyList<string>> ModelsAsync(CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await foreach (var item in _container.GetBlobsByHierarchyAsync(BlobTraits.None, BlobStates.None, "/", null, cancellationToken))
        {
            if (item.IsPrefix)
                names.Add(item.Prefix.TrimEnd('/'));
        }

        return names;
    }

    /// <summary>What all instances counted of a model on a day, by version and label; empty where nothing was.</summary>
    public async Task<IReadOnlyDictionary<string, Dictionary<string, long>>> CountsAsync(string model, DateOnly day, CancellationToken cancellationToken)
    {
        var sum = new Dictionary<string, Dictionary<string, long>>();
        await foreach (var blob in _container.GetBlobsAsync(BlobTraits.None, BlobStates.None, BlobLayout.PredictionCounts(model, day), cancellationToken))
        {
            if (await JsonBlob.ReadAsync(_container, blob.Name, FunctionsJson.Indented.DayOfModel, cancellationToken) is not { Value: var counts })
                continue;
            foreach (var (version, labels) in counts.Versions)
            {
                sum.TryAdd(version, []);
                foreach (var (label, count) in labels)
                    sum[version][label] = sum[version].GetValueOrDefault(label) + count;
            }
        }

        return sum;
    }

    /// <summary>Writes a report.</summary>
    public Task WriteAsync(DriftReport report, CancellationToken cancellationToken) =>
        JsonBlob.WriteAsync(_container, BlobLayout.DriftReport(report.Model, report.Day), report, FunctionsJson.Indented.DriftReport, null, cancellationToken);

    /// <summary>The newest report on a model; null where there is none.</summary>
    public async Task<DriftReport?> NewestAsync(string model, CancellationToken cancellationToken)
    {
        string? newest = null;
        await foreach (var item in _container.GetBlobsByHierarchyAsync(BlobTraits.None, BlobStates.None, "/", model + "/", cancellationToken))
        {
            // Days sort by their names.
            if (item.IsBlob && DateOnly.TryParseExact(Path.GetFileNameWithoutExtension(item.Blob.Name), DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
                newest = item.Blob.Name;
        }

        return newest is null ? null : (await JsonBlob.ReadAsync(_container, newest, FunctionsJson.Indented.DriftReport, cancellationToken))?.Value;
    }
}
