using System.Collections.Concurrent;
using Pipeline.Core.Models;
using Pipeline.Core.Runs;
using Pipeline.Functions.Api;
using Pipeline.Functions.Telemetry;

namespace Pipeline.Functions.Serving;

/// <summary>Tells of a version that cannot be loaded: in a figure, in the log, and in the event log of the run that made the version.</summary>
internal sealed class LoadFailureLog(ServingMeter meter, ModelStore models, RunStore runs, RunEventLog events, TimeProvider time, ILogger<LoadFailureLog> logger)
    : ILoadFailures
{
    private readonly ConcurrentDictionary<(string Model, string Version), bool> _told = new();

    /// <inheritdoc/>
    public async Task ReportAsync(string modelName, string version, string? serving, Exception reason, CancellationToken cancellationToken)
    {
        meter.LoadFailed(modelName);
        logger.LogError(
            ServingEvents.VersionLoadFailed, reason, "Version {Version} of model {Model} cannot be loaded; {Serving} goes on serving", version, modelName, serving ?? "nothing");
        // Storage out of reach says nothing of the version. Of one that is tried again every minute the run tells once.
        if (StorageFailure.Is(reason) || !_told.TryAdd((modelName, version), true))
            return;
        try
        {
            await TellRunAsync(modelName, version, serving, reason, cancellationToken);
        }
        catch (Exception e) when (StorageFailure.Is(e) || e is InvalidDataException)
        {
            _told.TryRemove((modelName, version), out _);
            logger.LogWarning(e, "The run of version {Version} of model {Model} cannot be told that it does not load", version, modelName);
        }
    }

    private async Task TellRunAsync(string modelName, string version, string? serving, Exception reason, CancellationToken cancellationToken)
    {
        if (await models.FindManifestAsync(modelName, version, cancellationToken) is not { } manifest || await runs.FindAsync(manifest.RunId, cancellationToken) is null)
            return;
        var instead = serving is null ? "No version serves." : $"Version {serving} goes on serving.";
        await events.AppendAsync(
            manifest.RunId,
            new RunEvent { At = time.GetUtcNow(), Type = "warning", Message = $"Version {version} cannot be loaded for serving: {reason.Message} {instead}" },
            cancellationToken);
    }
}
