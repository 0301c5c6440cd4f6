using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Pipeline.Functions.Drift;

namespace Pipeline.Functions.Serving;

/// <summary>
/// The models that serve. However many requests ask for a model, it is loaded once; a new production version takes over between two
/// requests; where memory is short, the model that was not asked for the longest goes. A version that is asked for by name lives in the
/// same memory, and shares what the model in production has loaded where both are the same.
/// </summary>
/// <param name="source">Where models come from.</param>
/// <param name="options">Limits and habits.</param>
/// <param name="failures">Is told of versions that cannot be loaded.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Is told what goes wrong in the background.</param>
/// <param name="tally">Counts what models answer; null: nobody does.</param>
internal sealed class ModelCache(
    IModelSource source, IOptions<ServingOptions> options, ILoadFailures failures, TimeProvider time, ILogger<ModelCache> logger, PredictionTally? tally = null)
    : IAsyncDisposable
{
    private readonly ConcurrentDictionary<ModelKey, ServingModel> _models = new();
    private readonly Lock _makingRoom = new();
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>The versions in production that are in memory, by model.</summary>
    public IReadOnlyDictionary<string, string> Versions =>
        _models.Where(m => m.Key.Version is null && m.Value.Version is not null)
            .OrderBy(m => m.Key.Name, StringComparer.Ordinal).ToDictionary(m => m.Key.Name, m => m.Value.Version!);

    /// <summary>Bytes of graphs that may be in memory.</summary>
    public long MaxBytes => options.Value.MaxModelBytes > 0 ? options.Value.MaxModelBytes : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;

    /// <summary>Takes a hold on the version in production, loading it if need be.</summary>
    /// <returns>The hold, which the caller disposes, or null where no version is published.</returns>
    /// <exception cref="InvalidDataException">The version is damaged, and there is no older one in memory.</exception>
    /// <exception cref="ModelLoadingException">It is still loading after <see cref="ServingOptions.MaxLoadWait"/>; the load goes on.</exception>
    public Task<ModelLease?> AcquireAsync(string modelName, CancellationToken cancellationToken) => AcquireAsync(modelName, null, cancellationToken);

    /// <summary>Takes a hold on a version, loading it if need be.</summary>
    /// <param name="modelName">The model.</param>
    /// <param name="version">A published version; null: the one in production.</param>
    /// <param name="cancellationToken">Ends the wait, not the load.</param>
    /// <returns>The hold, which the caller disposes, or null where it is not published.</returns>
    /// <exception cref="InvalidDataException">The version is damaged.</exception>
    /// <exception cref="ModelLoadingException">It is still loading after <see cref="ServingOptions.MaxLoadWait"/>; the load goes on.</exception>
    public async Task<ModelLease?> AcquireAsync(string modelName, string? version, CancellationToken cancellationToken)
    {
        var key = new ModelKey(modelName, version);
        while (true)
        {
            var model = _models.GetOrAdd(key, k => new ServingModel(
                k.Name, k.Version, new SharedVersions(source, FindInMemory), options.Value, failures, time, logger, MakeRoomFor, _stopping.Token));
            try
            {
                // The load is shared: a caller who gives up ends his own wait only.
                if (!await model.Loaded.WaitAsync(options.Value.MaxLoadWait, time, cancellationToken))
                {
                    Forget(model);
                    return null;
                }
            }
            catch (TimeoutException) when (!model.Loaded.IsFaulted)
            {
                throw new ModelLoadingException(modelName, version, options.Value.MaxLoadWait);
            }
            catch when (model.Loaded.IsFaulted || model.Loaded.IsCanceled)
            {
                Forget(model);
                throw;
            }

            if (model.TryHold() is { } held)
            {
                held.Tally = tally;
                return new ModelLease(held);
            }

            // The model was taken out of production since: ask afresh.
            Forget(model);
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

    private LoadedModel? FindInMemory(string modelName, string version) =>
        _models.Values.Where(m => m.Name == modelName).Select(m => m.Current).FirstOrDefault(m => m?.Manifest.Version == version);

    private void MakeRoomFor(ServingModel loaded)
    {
        // One load at a time: two that look at the same moment would both let the other's model go.
        lock (_makingRoom)
        {
            foreach (var model in _models.Values.Where(m => m != loaded && m.Current is not null).OrderBy(m => m.UsedAt).ToArray())
            {
                // A version that serves under two keys takes its memory once.
                if (_models.Values.Select(m => m.Current).OfType<LoadedModel>().Distinct().Sum(m => m.Bytes) <= MaxBytes)
                    return;
                logger.LogInformation("Version {Version} of model {Model} makes room for others; it is loaded again when it is asked for", model.Version, model.Name);
                Forget(model);
                model.LetGo();
            }
        }
    }

    // Only this one: another request may have put a new one in its place.
    private void Forget(ServingModel model) => _models.TryRemove(KeyValuePair.Create(new ModelKey(model.Name, model.Pinned), model));

    /// <summary>What is asked for.</summary>
    /// <param name="Name">The model.</param>
    /// <param name="Version">The version; null: the one in production.</param>
    private readonly record struct ModelKey(string Name, string? Version);
}
