using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Pipeline.Functions.Drift;

namespace Pipeline.Functions.Serving;

/// <summary>
/// The models that serve. However many requests ask for a model, it is loaded once; a new production version takes over between two
/// requests; where memory is short, the model that was not asked for the longest goes.
/// </summary>
/// <param name="source">Where models come from.</param>
/// <param name="options">Limits and habits.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Is told what goes wrong in the background.</param>
/// <param name="tally">Counts what models answer; null: nobody does.</param>
internal sealed class ModelCache(
    IModelSource source, IOptions<ServingOptions> options, TimeProvider time, ILogger<ModelCache> logger, PredictionTally? tally = null) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ServingModel> _models = new();
    private readonly Lock _makingRoom = new();
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
            var model = _models.GetOrAdd(modelName, name => new ServingModel(name, source, options.Value, time, logger, MakeRoomFor, _stopping.Token));
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
            {
                held.Tally = tally;
                return new ModelLease(held);
            }

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

    private long MaxBytes => options.Value.MaxModelBytes > 0 ? options.Value.MaxModelBytes : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;

    private void MakeRoomFor(ServingModel loaded)
    {
        // One load at a time: two that look at the same moment would both let the other's model go.
        lock (_makingRoom)
        {
            var bytes = _models.Values.Sum(m => m.Bytes);
            foreach (var (name, model) in _models.Where(m => m.Value != loaded && m.Value.Bytes > 0).OrderBy(m => m.Value.UsedAt).ToArray())
            {
                if (bytes <= MaxBytes)
                    return;
                bytes -= model.Bytes;
                logger.LogInformation("Model {Model} makes room for others; it is loaded again when it is asked for", name);
                Forget(name, model);
                model.LetGo();
            }
        }
    }

    // Only this one: another request may have put a new one in its place.
    private void Forget(string modelName, ServingModel model) => _models.TryRemove(KeyValuePair.Create(modelName, model));
}
