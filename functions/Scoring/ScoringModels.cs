using Pipeline.Core;
using Pipeline.Core.Datasets;
using Pipeline.Core.Models;
using Pipeline.Core.Runs;
using Pipeline.Functions.Serving;

namespace Pipeline.Functions.Scoring;

/// <summary>Gets the version that a file is classified by: the one in production at the file's start, to its end.</summary>
internal sealed class ScoringModels(ModelCache cache, IModelSource source)
{
    /// <summary>Takes a hold on it.</summary>
    /// <param name="request">The file; its first folder names the model.</param>
    /// <param name="version">The version that was fixed; null: the one in production.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ScoringException">There is no such model.</exception>
    /// <exception cref="InvalidDataException">The version is damaged, or no longer published.</exception>
    public async Task<ModelLease> HoldAsync(ScoreRequest request, string? version, CancellationToken cancellationToken)
    {
        if (!DatasetFile.IsModelName(request.Model))
        {
            throw new ScoringException(
                "no-model-folder", $"'{request.Blob}' lies in no folder that can name a model.", "Upload the file to inbox/{model}/, where {model} is the name of a model.");
        }

        // The pointer as it stands, and not as it was when the model was last asked for.
        version ??= await source.FindProductionVersionAsync(request.Model, cancellationToken) ?? throw new ScoringException(
            "no-such-model", $"There is no model '{request.Model}' in production.",
            "GET /api/models lists the models. Upload the file to the folder of one of them, or again when the model is published.");
        return await LoadedAsync(request.Model, version, cancellationToken)
            ?? throw new InvalidDataException($"Version '{version}' of model '{request.Model}', by which '{request.Blob}' is to be classified, is not published.");
    }

    // A request over HTTP is answered 503 when the load takes long; a file has time.
    private async Task<ModelLease?> LoadedAsync(string model, string version, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await cache.AcquireAsync(model, version, cancellationToken);
            }
            catch (ModelLoadingException)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>The options, where they go with the version.</summary>
    /// <exception cref="RunOptionsException">They do not.</exception>
    public InboxOptions Checked(InboxOptions options, ModelManifest model)
    {
        if (options.Threshold is not null && model.ProblemType != ProblemType.MultiLabelClassification)
            throw Bad("threshold", $"Model '{model.ModelName}' does not give a text any number of labels, so 'threshold' means nothing to it. Leave it out.");
        if (options.TopK is not null && model.ProblemType == ProblemType.Regression)
            throw Bad("top_k", $"Model '{model.ModelName}' gives each text a number and no labels, so 'top_k' means nothing to it. Leave it out.");
        return options;
    }

    private static RunOptionsException Bad(string option, string message) => new("the options", [new OptionProblem(option, null, message)]);
}
