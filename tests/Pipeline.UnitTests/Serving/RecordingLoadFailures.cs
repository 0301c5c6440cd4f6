using System.Collections.Concurrent;
using Pipeline.Functions.Serving;

namespace Pipeline.UnitTests.Serving;

/// <summary>Keeps what it is told.</summary>
internal sealed class RecordingLoadFailures : ILoadFailures
{
    /// <summary>The version that failed and the one that goes on serving, in order.</summary>
    public ConcurrentQueue<(string Version, string? Serving)> Failures { get; } = new();

    public Task ReportAsync(string modelName, string version, string? serving, Exception reason, CancellationToken cancellationToken)
    {
        Failures.Enqueue((version, serving));
        return Task.CompletedTask;
    }
}
