using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Pipeline.Functions.Serving;

/// <summary>The models that serve. However many requests ask for a model, it is loaded once; a new production version takes over between two requests.</summary>
internal sealed class ModelCache(IModelSource source, IOptions<ServingOptions> options, TimeProvider time, ILogger<ModelCache> logger) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ServingModel> _models = new();
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>The versions in memory, by model.</summary>
    public IReadOnlyDictionary<string, string> Versions =>
        _models.Where(m => m.Value.Version is not null).OrderBy(m => m.Key, StringComparer.Ordinal).ToDictionary(m => m.Key, m => m.Value.Version!);

    /// <summary>Takes a hold on the version in production, loading it if need be.</summary>
    /// <returns>The hold, which the caller disposes, or null where no version is published.</returns>
    /// <exception cref="InvalidDataException">The version is damaged, and there is no older one in memory.</exception>
    public async Task<ModelLease?> AcquireAsync(string modelName, CancellationToken cancellationToken)
    {
        while (true)
        {
            var model = _models.GetOrAdd(modelName, name => new ServingModel(name, source, options.Value, time, logger, _stopping.Token));
            try
            {
                // The load is shared: a caller who gives up ends his own wait only.
                if (!await model.Loaded.WaitAsync(cancellationToken))
                {
                    Forget(modelName, model);
                    return null;
                }
            }
            catch when (model.Loaded.IsFaulted || model.Loaded.IsCanceled)
            {
                Forget(modelName, model);
                throw;
            }

            if (model.TryHold() is { } held)
                return new ModelLease(held);
            // The model was taken out of production since: ask afresh.
            Forget(modelName, model);
        }
    }

    /// <summary>Lets go of all models; requests that still hold one finish on it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
            return;
        await _stopping.CancelAsync();
        foreach (var model in _models.Values)
            await model.DisposeAsync();
        _models.Clear();
        _stopping.Dispose();
    }

    // Only this one: another request may have put a new one in its place.
    private void Forget(string modelName, ServingModel model) => _models.TryRemove(KeyValuePair.Create(modelName, model));
}
