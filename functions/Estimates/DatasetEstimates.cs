using Azure;
using Azure.Storage.Blobs;
using Pipeline.Core.Costs;
using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.Functions.Api;
using Pipeline.Functions.Ingestion;

namespace Pipeline.Functions.Estimates;

/// <summary>Estimates what runs of datasets will take and cost, by what earlier ones have taken.</summary>
/// <param name="storage">Where base models are.</param>
/// <param name="rates">The operator's rates.</param>
/// <param name="measured">How fast earlier trainings were; null: nothing is known of them.</param>
internal sealed class DatasetEstimates(BlobServiceClient storage, RateOptions rates, MeasuredRunStore? measured)
{
    private readonly CostEstimator _estimator = new(rates);

    /// <summary>The estimate of a dataset that was read.</summary>
    /// <returns>Null where a base model says nothing of its size; training will refuse it.</returns>
    public async Task<CostEstimate?> OfAsync(IngestedDataset dataset, CancellationToken cancellationToken)
    {
        var models = new List<ModelWork>();
        foreach (var variant in dataset.Variants)
        {
            if (await ShapeAsync(variant.Variant.BaseModel, cancellationToken) is not { } shape)
                return null;
            models.Add(ModelWork.Of(variant.Variant.BaseModel, shape, variant.Rows.TrainLengths, dataset.Options, dataset.Joined.Labels.Count));
        }

        var splits = dataset.Variants[0].Rows.Splits;
        var work = new DatasetWork(
            splits[Split.Train.Name()].Rows, splits[Split.Validation.Name()].Rows, splits[Split.Test.Name()].Rows, dataset.Joined.ProblemType, models);
        return await OfAsync(work, dataset.Options, accelerator: null, cancellationToken);
    }

    /// <summary>An estimate made again, by today's rates and measurements.</summary>
    /// <param name="work">What there is to compute.</param>
    /// <param name="options">The run's options.</param>
    /// <param name="accelerator">What it is to be trained on; null: what runs are trained on.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<CostEstimate> OfAsync(DatasetWork work, RunOptions options, string? accelerator, CancellationToken cancellationToken)
    {
        try
        {
            var name = accelerator ?? rates.Accelerator ?? await LastAcceleratorAsync(cancellationToken);
            var runs = new List<IReadOnlyList<MeasuredRun>>();
            foreach (var model in work.Models)
                runs.Add(measured is null ? [] : await measured.FindAsync(name, model.BaseModel, cancellationToken));
            return _estimator.Estimate(work, options, name, runs);
        }
        catch (Exception e) when (StorageFailure.Is(e))
        {
            // A dataset that comes in a request can be validated without storage, and estimated by sizes.
            var known = accelerator ?? rates.Accelerator ?? Accelerator.Cpu;
            var estimate = _estimator.Estimate(work, options, known, [.. work.Models.Select(_ => Array.Empty<MeasuredRun>())]);
            return estimate with { Notes = [.. estimate.Notes, $"How fast earlier trainings were could not be read: {StorageFailure.Reason(e)}"] };
        }
    }

    private async Task<string> LastAcceleratorAsync(CancellationToken cancellationToken) =>
        (measured is null ? null : await measured.NewestAcceleratorAsync(cancellationToken)) ?? Accelerator.Cpu;

    private async Task<ModelShape?> ShapeAsync(string? baseModel, CancellationToken cancellationToken)
    {
        if (baseModel is null)
            return ModelShape.FromScratch;
        try
        {
            var config = await storage.GetBlobContainerClient(BlobLayout.BaseModels).GetBlobClient(baseModel + "/config.json").DownloadContentAsync(cancellationToken);
            return ModelShape.Parse(config.Value.Content.ToMemory());
        }
        catch (Exception e) when (e is InvalidDataException or RequestFailedException { Status: 404 })
        {
            return null;
        }
    }
}
