namespace Pipeline.Functions.Serving;

/// <summary>Is told of versions that cannot be loaded, so that people learn of it.</summary>
internal interface ILoadFailures
{
    /// <summary>Tells of one. Does not fail itself but by cancellation.</summary>
    /// <param name="modelName">The model.</param>
    /// <param name="version">The version that cannot be loaded.</param>
    /// <param name="serving">The version that goes on serving in its place; null: none does.</param>
    /// <param name="reason">What the load ended with.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task ReportAsync(string modelName, string version, string? serving, Exception reason, CancellationToken cancellationToken);
}
