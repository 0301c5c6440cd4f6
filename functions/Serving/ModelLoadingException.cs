namespace Pipeline.Functions.Serving;

/// <summary>A version is still being loaded; the same request may succeed in a moment.</summary>
/// <param name="modelName">The model.</param>
/// <param name="version">The version that was asked for; null: the one in production.</param>
/// <param name="waited">How long the request has waited for it.</param>
internal sealed class ModelLoadingException(string modelName, string? version, TimeSpan waited)
    : Exception($"Model '{modelName}', {(version is null ? "its version in production" : $"version '{version}'")}, is still being loaded after {waited.TotalSeconds:0.#} seconds.");
