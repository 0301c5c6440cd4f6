using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Pipeline.Functions.Telemetry;

/// <summary>OpenTelemetry: figures for Prometheus, and figures and spans for a collector where one is named.</summary>
internal static class TelemetryServices
{
    private const string CollectorVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Registers it. The collector and everything about it is set by OpenTelemetry's own variables, <c>OTEL_…</c>.</summary>
    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("pipeline-functions"))
            // The framework's own: requests by route and status with their durations; the garbage collector, memory and threads.
            .WithMetrics(metrics => metrics
                .AddMeter(ServingMeter.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.RateLimiting", "System.Runtime")
                .AddPrometheusExporter())
            .WithTracing(traces => traces.AddSource(ServingMeter.Name, "Microsoft.AspNetCore"));
        if (string.IsNullOrEmpty(builder.Configuration[CollectorVariable]))
            return;
        // The framework writes route, method and status into a request's span only where it is told to.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        telemetry.UseOtlpExporter();
    }

    /// <summary>Maps <c>GET /api/metrics</c>.</summary>
    public static void MapMetrics(this IEndpointRouteBuilder app) =>
        app.MapPrometheusScrapingEndpoint("/api/metrics").WithName("Metrics").WithMetadata(new HttpMethodMetadata([HttpMethods.Get]));
}
