namespace Pipeline.Functions.Serving;

/// <summary>Where the cache gets its models from.</summary>
internal interface IModelSource
{
    /// <summary>The version in production, or null where nothing is published under that name.</summary>
    Task<string?> FindProductionVersionAsync(string modelName, CancellationToken cancellationToken);

    /// <summary>Whether a version is published.</summary>
    Task<bool> IsPublishedAsync(string modelName, string version, CancellationToken cancellationToken);

    /// <summary>Brings a version into memory.</summary>
    /// <exception cref="InvalidDataException">The version is incomplete or damaged.</exception>
    Task<LoadedModel> LoadAsync(string modelName, string version, CancellationToken cancellationToken);
}
