using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Pipeline.Local.Processes;
using Pipeline.Tests.Shared;

namespace Pipeline.IntegrationTests.Hosting;

/// <summary>The native program tells a collector of its requests.</summary>
public sealed class NativeTelemetryTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Traces_and_figures_reach_a_collector()
    {
        var (traces, figures) = (Collected(), Collected());
        var port = LoopbackPort.Free();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        await using var collector = builder.Build();
        collector.MapPost("/v1/traces", request => TakeAsync(request, traces, "/api/models"));
        collector.MapPost("/v1/metrics", request => TakeAsync(request, figures, "http.server.request.duration"));
        await collector.StartAsync(Cancel);
        await using var native = await NativeProgram.StartAsync(
            RunningFunctions.NoStorage, $"OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:{port}", "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", "OTEL_METRIC_EXPORT_INTERVAL=500", "OTEL_BSP_SCHEDULE_DELAY=500");

        using var answer = await native.Http.GetAsync("/api/models", Cancel);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        await Task.WhenAll(traces.Task, figures.Task).WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }

    private static TaskCompletionSource Collected() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Names stand in a protobuf message as they are.
    private static async Task TakeAsync(HttpContext context, TaskCompletionSource collected, string name)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        if (body.ToArray().AsSpan().IndexOf(Encoding.UTF8.GetBytes(name)) >= 0)
            collected.TrySetResult();
    }
}
