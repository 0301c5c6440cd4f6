using Microsoft.Extensions.Options;
using Pipeline.Core.Models;
using Pipeline.Functions.Serving;

namespace Pipeline.Functions.Api.Tei;

/// <summary>
/// The model that answers where a route names none: the one of <see cref="ServingOptions.PredictModel"/>, or without that setting the only one in
/// production.
/// </summary>
internal sealed class SingleModel(ModelStore models, IOptions<ServingOptions> options, TimeProvider time, ILogger<SingleModel> logger)
{
    private volatile Found? _found;

    /// <summary>Its name.</summary>
    /// <exception cref="RefusedRequestException">404: none is in production, or several are and no setting says which.</exception>
    public async Task<string> NameAsync(CancellationToken cancellationToken)
    {
        if (options.Value.PredictModel is { Length: > 0 } named)
            return named;
        // Storage is asked no more often than for a new version.
        if (_found is { } known && time.GetElapsedTime(known.At) < options.Value.CheckInterval)
            return known.Name;
        try
        {
            var name = await FindAsync(cancellationToken);
            _found = new Found(name, time.GetTimestamp());
            return name;
        }
        catch (Exception e) when (StorageFailure.Is(e) && _found is not null)
        {
            var last = _found.Name;
            logger.LogWarning("Cannot tell which model is the only one; {Model} goes on serving: {Reason}", last, StorageFailure.Reason(e));
            return last;
        }
    }

    private async Task<string> FindAsync(CancellationToken cancellationToken)
    {
        var published = new List<string>();
        foreach (var name in await models.ListModelsAsync(cancellationToken))
        {
            if (await models.FindProductionAsync(name, cancellationToken) is not null)
                published.Add(name);
        }

        return published switch
        {
            [var only] => only,
            [] => throw None("no-such-model", "No model is in production.", "Drop a dataset into the container 'datasets' first."),
            _ => throw None(
                "several-models", $"Several models are in production: {string.Join(", ", published)}.",
                $"POST /api/models/{{name}}/predict, or set {ServingOptions.Section}:{nameof(ServingOptions.PredictModel)} to one of them."),
        };
    }

    private static RefusedRequestException None(string code, string detail, string fix) => new(StatusCodes.Status404NotFound, code, detail, fix);

    /// <summary>What was found.</summary>
    /// <param name="Name">The model.</param>
    /// <param name="At">The clock's timestamp.</param>
    private sealed record Found(string Name, long At);
}
