namespace Pipeline.Functions.Serving;

/// <summary>One model that serves: the version in memory, and the watch for a newer one unless it is a version that was asked for by name.</summary>
internal sealed class ServingModel : IAsyncDisposable
{
    private readonly string _name;
    private readonly string? _pinned;
    private readonly IModelSource _source;
    private readonly ServingOptions _options;
    private readonly ILoadFailures _failures;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Action<ServingModel> _onLoaded;
    private readonly CancellationToken _stopping;
    private readonly Lazy<Task<bool>> _loaded;

    private readonly Lock _replacing = new();
    private volatile LoadedModel? _current;
    private bool _isLetGo;
    private Task _check = Task.CompletedTask;
    private int _checking;
    private long _checkedAt;
    private long _usedAt;
    private string? _failedVersion;
    private long _failedAt;

    /// <summary>Describes the model; nothing is read before <see cref="Loaded"/> is asked for.</summary>
    /// <param name="name">The model.</param>
    /// <param name="pinned">The version to stay with; null: the one in production, whichever that is.</param>
    /// <param name="source">Where its versions come from.</param>
    /// <param name="options">How often to look for a newer one.</param>
    /// <param name="failures">Is told of versions that cannot be loaded.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Is told what goes wrong in the background.</param>
    /// <param name="onLoaded">Called after a version has come into memory.</param>
    /// <param name="stopping">Ends the work in the background.</param>
    public ServingModel(
        string name, string? pinned, IModelSource source, ServingOptions options, ILoadFailures failures, TimeProvider time, ILogger logger,
        Action<ServingModel> onLoaded, CancellationToken stopping)
    {
        (_name, _pinned, _source, _options, _failures, _time, _logger, _onLoaded, _stopping) = (name, pinned, source, options, failures, time, logger, onLoaded, stopping);
        _loaded = new Lazy<Task<bool>>(() => Task.Run(LoadFirstAsync, stopping));
    }

    /// <summary>The first load, started once. True where there is a version, false where nothing is published.</summary>
    public Task<bool> Loaded => _loaded.Value;

    /// <summary>The model.</summary>
    public string Name => _name;

    /// <summary>The version that it stays with; null: it follows the pointer to the one in production.</summary>
    public string? Pinned => _pinned;

    /// <summary>The version in memory, if any.</summary>
    public LoadedModel? Current => _current;

    /// <summary>The name of the version in memory, if any.</summary>
    public string? Version => _current?.Manifest.Version;

    /// <summary>The clock's timestamp of the last use.</summary>
    public long UsedAt => Volatile.Read(ref _usedAt);

    /// <summary>Holds the version in memory, and has the pointer checked in the background when that is due.</summary>
    /// <returns>The held version, or null where the model has gone out of production.</returns>
    public LoadedModel? TryHold()
    {
        Volatile.Write(ref _usedAt, _time.GetTimestamp());
        StartCheckIfDue();
        while (_current is { } current)
        {
            // It fails only when the version was replaced between the two steps; then the newer one is there.
            if (current.TryHold())
                return current;
        }

        return null;
    }

    /// <summary>Lets go of the version in memory; requests that hold it finish on it, and what is loading meanwhile is let go too.</summary>
    public void LetGo() => Replace(null, forGood: true);

    /// <summary>Waits for the work in the background, which the cache has cancelled, and lets go of the version.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_loaded.IsValueCreated)
            await Loaded.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        await Volatile.Read(ref _check);
        Replace(null);
    }

    private async Task<bool> LoadFirstAsync()
    {
        if (await FindFirstVersionAsync() is not { } version)
            return false;
        try
        {
            _current = await _source.LoadAsync(_name, version, _stopping);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            await _failures.ReportAsync(_name, version, null, e, _stopping);
            throw;
        }

        _checkedAt = _usedAt = _time.GetTimestamp();
        _onLoaded(this);
        return true;
    }

    private async Task<string?> FindFirstVersionAsync() =>
        _pinned is null ? await _source.FindProductionVersionAsync(_name, _stopping)
        : await _source.IsPublishedAsync(_name, _pinned, _stopping) ? _pinned
        : null;

    private void StartCheckIfDue()
    {
        if (_pinned is not null || _time.GetElapsedTime(Volatile.Read(ref _checkedAt)) < _options.CheckInterval || _stopping.IsCancellationRequested)
            return;
        if (Interlocked.Exchange(ref _checking, 1) == 0)
            Volatile.Write(ref _check, Task.Run(CheckAsync));
    }

    private async Task CheckAsync()
    {
        try
        {
            await FollowPointerAsync();
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The program ends.
        }
        catch (Exception e)
        {
            // Not only storage: whatever it is, the version in memory goes on answering.
            _logger.LogWarning(e, "Cannot tell whether model {Model} has a new version; version {Version} goes on serving", _name, Version);
        }
        finally
        {
            Volatile.Write(ref _checkedAt, _time.GetTimestamp());
            Volatile.Write(ref _checking, 0);
        }
    }

    private async Task FollowPointerAsync()
    {
        var version = await _source.FindProductionVersionAsync(_name, _stopping);
        if (version == Version || HasJustFailed(version))
            return;
        if (version is null)
        {
            _logger.LogWarning("Model {Model} has been taken out of production", _name);
            Replace(null);
            return;
        }

        try
        {
            Replace(await _source.LoadAsync(_name, version, _stopping));
            _onLoaded(this);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            (_failedVersion, _failedAt) = (version, _time.GetTimestamp());
            await _failures.ReportAsync(_name, version, Version, e, _stopping);
        }
    }

    private bool HasJustFailed(string? version) =>
        version is not null && version == _failedVersion && _time.GetElapsedTime(_failedAt) < _options.RetryFailedVersionAfter;

    // From here on requests take the new one; the old one goes when the last request on it ends.
    private void Replace(LoadedModel? model, bool forGood = false)
    {
        LoadedModel? old;
        lock (_replacing)
        {
            // After the end nobody would let go of what still comes.
            (old, _current) = _isLetGo ? (model, null) : (_current, model);
            _isLetGo |= forGood;
        }

        old?.Release();
    }
}
