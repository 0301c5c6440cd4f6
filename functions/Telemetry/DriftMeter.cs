using System.Diagnostics.Metrics;

namespace Pipeline.Functions.Telemetry;

/// <summary>The instrument of drift.</summary>
internal sealed class DriftMeter
{
    private readonly Gauge<double> _psi;

    /// <summary>Makes the instrument, on the meter of serving.</summary>
    public DriftMeter(IMeterFactory meters) =>
        _psi = meters.Create(ServingMeter.Name).CreateGauge<double>("pipeline.drift.psi", description: "Population stability index of a day's predictions against those on the test split.");

    /// <summary>Notes the index of a day.</summary>
    public void Record(string model, string version, double psi) =>
        _psi.Record(psi, new KeyValuePair<string, object?>("model", model), new KeyValuePair<string, object?>("version", version));
}
