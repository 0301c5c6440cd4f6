using Pipeline.Core.Models;
using Pipeline.Core.Runs;

namespace Pipeline.Functions.Api;

/// <summary>Writes a person's choice into the event log of the run that made the version.</summary>
internal sealed class PromotionLog(RunStore runs, RunEventLog events)
{
    /// <summary>Adds the choice; nothing where the run is no longer there.</summary>
    public async Task AddAsync(ModelManifest version, ProductionPointer pointer, CancellationToken cancellationToken)
    {
        if (await runs.FindAsync(version.RunId, cancellationToken) is null)
            return;
        var by = pointer.Choice?.By is { } name ? $"{name} has" : "A person has";
        var before = pointer.Previous is { } previous ? $" in place of {previous}" : "";
        var reason = pointer.Choice?.Reason is { } why ? $": {why}" : ".";
        await events.AppendAsync(
            version.RunId,
            new RunEvent { At = pointer.SwitchedAt, Type = "promotion", Message = $"{by} put version {version.Version} into production{before}{reason}" },
            cancellationToken);
    }
}
