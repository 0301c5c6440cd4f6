using Microsoft.AspNetCore.Http.HttpResults;
using Pipeline.Core.Models;
using Pipeline.Core.Runs;

namespace Pipeline.Functions.Api;

/// <summary>Says why a model is not there: nobody dropped a dataset, or its run is not done, or it came to nothing.</summary>
internal sealed class MissingModel(RunStore runs, ModelStore models)
{
    /// <summary>404 with the reason.</summary>
    public async Task<ProblemHttpResult> ExplainAsync(string name, CancellationToken cancellationToken) => (await ReasonAsync(name, cancellationToken)).ToProblem();

    /// <summary>Why a version is not there: which ones are, or why there is none.</summary>
    public async Task<RefusedRequestException> ReasonAsync(string name, string version, CancellationToken cancellationToken)
    {
        var published = ResourceName.IsValid(name) ? await models.ListVersionsAsync(name, cancellationToken) : [];
        return published.Count == 0
            ? await ReasonAsync(name, cancellationToken)
            : NotFound("no-such-version", $"Model '{name}' has no version '{version}'.", $"Published are: {string.Join(", ", published.Select(v => v.Version))}.");
    }

    /// <summary>Why a model is not there.</summary>
    public async Task<RefusedRequestException> ReasonAsync(string name, CancellationToken cancellationToken)
    {
        IReadOnlyList<RunRecord> ofModel = ResourceName.IsValid(name) ? await runs.ListForModelAsync(name, cancellationToken) : [];
        // A run that only validates says nothing about the model.
        return ofModel.OrderBy(run => run.State == RunState.Validated).FirstOrDefault() switch
        {
            null => NotFound(
                "no-such-model", $"There is no model '{name}'.",
                "GET /api/models lists the models. To make this one, drop a dataset of that name into the container 'datasets'."),
            { State: RunState.Succeeded } run => NotFound(
                "model-withdrawn", $"Model '{name}' is not in production, though run '{run.RunId}' published version '{run.Version}'.",
                $"POST /api/models/{name}/promote with that version."),
            { State: RunState.Validated } run => NotFound(
                "model-not-trained", $"Model '{name}' has not been trained: run '{run.RunId}' only validated '{run.Dataset.Blob}'.",
                $"Set \"mode\" to \"train\" in {name}.options.json, or leave it out, and drop '{run.Dataset.Blob}' again."),
            { State: var state } run when state.IsFinal() => NotFound(
                "model-not-published", $"Model '{name}' is not published: its newest run '{run.RunId}' is {state.Name()}. {run.Failure?.Message}".TrimEnd(),
                run.Failure?.Fix ?? $"GET /api/runs/{run.RunId} says more."),
            var run => NotFound(
                "model-not-ready", $"Model '{name}' is not published yet: run '{run.RunId}' is {run.State.Name()}{Progress(run)}.",
                $"Ask again when GET /api/runs/{run.RunId} says succeeded."),
        };
    }

    private static string Progress(RunRecord run) =>
        run.Progress is { TotalSteps: > 0 } p ? $" (step {p.Step} of {p.TotalSteps})" : "";

    private static RefusedRequestException NotFound(string code, string detail, string fix) => new(StatusCodes.Status404NotFound, code, detail, fix);
}
