using System.Text.Json;
using Microsoft.Extensions.Options;
using Pipeline.Core;
using Pipeline.Core.Feedback;
using Pipeline.Core.Metrics;
using Pipeline.Core.Models;
using Pipeline.Functions.Telemetry;

namespace Pipeline.Functions.Drift;

/// <summary>Looks once a day at what was predicted on the day before.</summary>
internal sealed class DriftWatch(
    DriftStore store, ModelStore models, IOptions<FeedbackOptions> options, DriftMeter meter, TimeProvider time, ILogger<DriftWatch> logger)
{
    /// <summary>The id of the log line that tells of drift.</summary>
    public static readonly EventId Drifted = new(5001, nameof(Drifted));

    /// <summary>What that line says; the infrastructure's workbook takes it apart.</summary>
    internal const string DriftedMessage =
        "Drift of model {Model}, version {Version}, on {Day}: {Level}, PSI {Psi} over {Predictions} predictions; label {Label} is {Observed} of them instead of {Expected}";

    private const string MetricsFile = "metrics.json";

    /// <summary>Writes a report for each model that predicted anything. Doing it again gives the same reports.</summary>
    /// <returns>A sentence for the invocation's log.</returns>
    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.Enabled)
            return "Learning from use is off; there is nothing to do.";
        var day = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(-1);
        var reports = 0;
        foreach (var model in await store.ModelsAsync(cancellationToken))
        {
            if (await ReportAsync(model, day, cancellationToken) is not { } report)
                continue;
            await store.WriteAsync(report, cancellationToken);
            Tell(report);
            reports++;
        }

        return $"{reports} models have a report on {day:yyyy-MM-dd}.";
    }

    private async Task<DriftReport?> ReportAsync(string model, DateOnly day, CancellationToken cancellationToken)
    {
        var versions = new List<VersionShift>();
        foreach (var (version, counts) in await store.CountsAsync(model, day, cancellationToken))
        {
            if (await models.FindManifestAsync(model, version, cancellationToken) is not { } manifest
                || await MetricsAsync(manifest, cancellationToken) is not { } metrics || TestPredictions.Of(metrics) is not { } expected)
                continue;
            long[] observed = [.. manifest.Labels.Select(l => counts.GetValueOrDefault(l))];
            if (observed.Sum() > 0)
                versions.Add(new VersionShift(version, LabelShift.Of(manifest.Labels, expected, observed)));
        }

        return versions.Count == 0
            ? null
            : new DriftReport(model, day, versions.Max(v => v.Shift.Level), [.. versions.OrderByDescending(v => v.Shift.Predictions)], time.GetUtcNow());
    }

    private async Task<MetricsReport?> MetricsAsync(ModelManifest manifest, CancellationToken cancellationToken)
    {
        if (manifest.Files.FirstOrDefault(f => f.Path == MetricsFile) is not { } file)
            return null;
        await using var content = await models.OpenReadAsync(manifest, file, cancellationToken);
        return await JsonSerializer.DeserializeAsync(content, CoreJson.Indented.MetricsReport, cancellationToken);
    }

    private void Tell(DriftReport report)
    {
        foreach (var (version, shift) in report.Versions)
        {
            meter.Record(report.Model, version, shift.Psi);
            if (shift.Level == ShiftLevel.None)
                continue;
            logger.LogWarning(
                Drifted, DriftedMessage,
                report.Model, version, report.Day, shift.Level, shift.Psi, shift.Predictions, shift.Labels[0].Label, shift.Labels[0].Observed, shift.Labels[0].Expected);
        }
    }
}
