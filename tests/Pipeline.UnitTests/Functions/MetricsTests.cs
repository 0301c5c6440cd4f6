using Microsoft.Extensions.DependencyInjection;
using Pipeline.Core.Tokenization;
using Pipeline.Functions.Serving;
using Pipeline.Functions.Telemetry;
using Pipeline.Tests.Shared;
using Pipeline.UnitTests.Serving;

namespace Pipeline.UnitTests.Functions;

/// <summary>What Prometheus reads.</summary>
public sealed class MetricsTests : IDisposable
{
    // A name of its own: what other tests of this process measure is in the figures too.
    private const string Model = "metered";

    private readonly string _graph = Path.GetTempFileName();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_of_a_model_shows_with_its_times_and_the_size_of_its_batch()
    {
        await using var app = await RunningFunctions.StartAsync();
        File.WriteAllBytes(_graph, TinyOnnx.BagOfWords(new float[26, 2]));
        using var classifier = new OnnxTextClassifier(
            OnnxModel.Load(_graph, labels: 2, threads: 1), new CharacterTokenizer(), 64, 64, 1_000, app.Services.GetRequiredService<ServingMeter>().Of(Model));

        await classifier.LogitsAsync([new TextInput("abc"), new TextInput("ab")], TruncationSide.End, Cancel);
        var figures = await app.Http.GetStringAsync("/api/metrics", Cancel);

        Assert.Equal("1", Figure(figures, "pipeline_tokenize_duration_seconds_count"));
        Assert.Equal("2", Figure(figures, "pipeline_queue_duration_seconds_count"));
        Assert.Equal("1", Figure(figures, "pipeline_run_duration_seconds_count"));
        Assert.Equal("2", Figure(figures, "pipeline_batch_texts_sum"));
        Assert.Equal("5", Figure(figures, "pipeline_batch_tokens_sum"));
    }

    [Fact]
    public async Task Requests_show_by_route_and_status()
    {
        await using var app = await RunningFunctions.StartAsync();

        await app.Http.GetAsync("/api/options.schema.json", Cancel);
        var figures = await app.Http.GetStringAsync("/api/metrics", Cancel);

        Assert.Contains(figures.Split('\n'), line => line.StartsWith("http_server_request_duration_seconds_count", StringComparison.Ordinal)
            && line.Contains("http_response_status_code=\"200\"", StringComparison.Ordinal)
            && line.Contains("http_route=\"/api/options.schema.json\"", StringComparison.Ordinal));
    }

    public void Dispose() => File.Delete(_graph);

    private static string Figure(string figures, string name) =>
        Assert.Single(figures.Split('\n'), line => line.StartsWith(name + "{", StringComparison.Ordinal) && line.Contains($"model=\"{Model}\"", StringComparison.Ordinal))
            .Split(' ')[1];
}
