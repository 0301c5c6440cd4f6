namespace Pipeline.Functions.Serving;

/// <summary>A source that does not load what is in memory already, but takes a further hold on it.</summary>
/// <param name="source">Where the versions come from.</param>
/// <param name="find">The version in memory, or null.</param>
internal sealed class SharedVersions(IModelSource source, Func<string, string, LoadedModel?> find) : IModelSource
{
    /// <inheritdoc/>
    public Task<string?> FindProductionVersionAsync(string modelName, CancellationToken cancellationToken) =>
        source.FindProductionVersionAsync(modelName, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> IsPublishedAsync(string modelName, string version, CancellationToken cancellationToken) =>
        source.IsPublishedAsync(modelName, version, cancellationToken);

    /// <inheritdoc/>
    public Task<LoadedModel> LoadAsync(string modelName, string version, CancellationToken cancellationToken) =>
        find(modelName, version) is { } inMemory && inMemory.TryHold() ? Task.FromResult(inMemory) : source.LoadAsync(modelName, version, cancellationToken);
}
