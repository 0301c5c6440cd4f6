using System.Text.RegularExpressions;
using Azure.Storage.Blobs;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Pipeline.Core;
using Pipeline.Core.Costs;
using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.Functions.Api;
using Pipeline.Functions.Hosting;

namespace Pipeline.Functions.Estimates;

/// <summary>What training on a dataset will take and cost.</summary>
internal static partial class EstimateEndpoint
{
    /// <summary>Registers what it needs.</summary>
    public static void AddEstimates(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<RateOptions, RateOptionsCheck>().BindConfiguration(RateOptions.Section);
        builder.Services.AddSingleton(s => new DatasetEstimates(
            s.GetRequiredService<BlobServiceClient>(), s.GetRequiredService<IOptions<RateOptions>>().Value, new MeasuredRunStore(s.GetRequiredService<BlobServiceClient>())));
    }

    /// <summary>Maps <c>GET /api/datasets/{name}/estimate</c>.</summary>
    public static void MapEstimate(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/datasets/{name}/estimate", GetAsync).WithName("GetEstimate");

    // Of the newest upload of that name, by today's rates. ?accelerator=A100 asks for another than runs are trained on.
    private static async Task<Results<Ok<CostEstimate>, ProblemHttpResult>> GetAsync(
        string name, string? accelerator, RunStore runs, BlobServiceClient storage, DatasetEstimates estimates, CancellationToken cancellationToken)
    {
        if (accelerator is not null && !AcceleratorName().IsMatch(accelerator))
            return UnknownAccelerator($"'{accelerator}' is no name of an accelerator: letters, digits and '-'.");
        var ofDataset = ResourceName.IsValid(name) ? await runs.ListForModelAsync(name, cancellationToken) : [];
        if (ofDataset.Count == 0)
        {
            return Problem.Of(
                StatusCodes.Status404NotFound, "no-such-dataset", $"There is no run of a dataset '{name}'.",
                "Drop it into the container 'datasets' and ask again in some seconds, or POST it to /api/datasets/validate, whose report has the same estimate.");
        }

        var run = ofDataset[0];
        if (run.State == RunState.Validating)
        {
            return Problem.Of(
                StatusCodes.Status409Conflict, "dataset-not-read", $"'{run.Dataset.Blob}' is still being read (run '{run.RunId}').",
                $"Ask again when GET /api/runs/{run.RunId} has left the state validating.");
        }

        if (run.State == RunState.Rejected)
        {
            return Problem.Of(
                StatusCodes.Status409Conflict, "dataset-rejected", $"'{run.Dataset.Blob}' cannot be trained on. {run.Failure?.Message}".TrimEnd(),
                run.Failure?.Fix ?? $"GET /api/runs/{run.RunId}/report says what has to be mended.");
        }

        var report = await JsonBlob.ReadAsync(
            storage.GetBlobContainerClient(BlobLayout.Runs), BlobLayout.Report(run.RunId), CoreJson.Indented.ValidationReport, cancellationToken);
        if (report is not { Value.Estimate: { } estimate })
        {
            return Problem.Of(
                StatusCodes.Status409Conflict, "no-estimate",
                report is null
                    ? $"Run '{run.RunId}' is {run.State.Name()} and has no report."
                    : $"The report of run '{run.RunId}' has no estimate: it is from before there were any, or the config.json of its base model cannot be read.",
                "Drop the dataset again, or POST it to /api/datasets/validate.");
        }

        var again = await estimates.OfAsync(estimate.Work, run.Options, accelerator, cancellationToken);
        return accelerator is not null && again.Minutes is null ? UnknownAccelerator(again.Notes[0]) : TypedResults.Ok(again);
    }

    private static ProblemHttpResult UnknownAccelerator(string detail) => Problem.Of(
        StatusCodes.Status400BadRequest, "unknown-accelerator", detail,
        $"Known are {string.Join(", ", Accelerator.KnownNames)}, {Accelerator.Cpu}, those with rates in the settings, and those that something was trained on.");

    [GeneratedRegex("^[A-Za-z0-9-]{1,100}$")]
    private static partial Regex AcceleratorName();
}
