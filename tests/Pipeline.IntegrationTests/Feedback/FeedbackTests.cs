using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Core;
using Pipeline.Core.Datasets;
using Pipeline.Core.Metrics;
using Pipeline.Core.Models;
using Pipeline.Core.Storage;
using Pipeline.Functions.Drift;
using Pipeline.IntegrationTests.Fixtures;
using Pipeline.IntegrationTests.Serving;
using Pipeline.Tests.Shared;

namespace Pipeline.IntegrationTests.Feedback;

/// <summary>Learning from use: corrections that become a dataset, and counts of predictions that become a report.</summary>
public sealed class FeedbackTests(AzuriteFixture azurite) : FunctionsOnStorageTests(azurite)
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    private readonly Calendar _time = new(Noon);

    protected override async Task FillAsync()
    {
        await PublishedVersion.WriteAsync(Storage, "mail", "v1", "spam", Noon.AddDays(-1), Cancel);
        await PublishedVersion.SwitchAsync(Storage, "mail", "v1", Cancel);
    }

    private protected override Task<RunningFunctions> StartAsync() => StartAsync(enabled: "true");

    [Fact]
    public async Task Corrections_come_back_as_a_file_that_ingest_reads()
    {
        Assert.Equal(HttpStatusCode.Created, await PostAsync("""{"text":"hello, \"friend\"","label":"spam","predicted":"ham","version":"v1","id":"a/1"}"""));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(HttpStatusCode.Created, await PostAsync("""{"text":"you win","label":"ham"}"""));

        var file = await App.Http.GetStringAsync("/api/models/mail/feedback.jsonl", Cancel);

        var rows = DatasetReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(file)), DatasetFile.Parse("mail.jsonl"), new ReadingOptions(), new FindingLog()).ToList();
        Assert.Equal([("hello, \"friend\"", "spam"), ("you win", "ham")], rows.Select(r => (r.Text, Assert.Single(r.Labels))));
        var first = JsonNode.Parse(file.Split('\n')[0])!;
        Assert.Equal(("a/1", "v1", "ham"), ((string?)first["id"], (string?)first["version"], (string?)first["predicted"]![0]));
        Assert.Equal(2, (await RowsAsync()).Count(n => n.StartsWith("mail/2026/11/26/1", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_correction_that_is_sent_again_is_stored_once_even_on_another_day()
    {
        const string Correction = """{"text":"hello","label":"spam","id":"7"}""";
        Assert.Equal(HttpStatusCode.Created, await PostAsync(Correction));
        _time.Advance(TimeSpan.FromDays(1));

        Assert.Equal(HttpStatusCode.OK, await PostAsync(Correction));
        Assert.Equal(HttpStatusCode.Conflict, await PostAsync("""{"text":"hello","label":"ham","id":"7"}"""));
        Assert.Equal(HttpStatusCode.Created, await PostAsync("""{"text":"hello","label":"spam"}""")); // without an id it is what it says
        Assert.Equal(HttpStatusCode.OK, await PostAsync("""{"text":"hello","label":"spam"}"""));

        Assert.Equal(2, (await RowsAsync()).Count);
    }

    [Fact]
    public async Task An_instance_that_died_between_the_two_blobs_of_a_correction_has_lost_nothing()
    {
        await PostAsync("""{"text":"hello","label":"spam","id":"7"}""");
        var row = Assert.Single(await RowsAsync());
        await Storage.GetBlobContainerClient(BlobLayout.Feedback).DeleteBlobAsync(row, cancellationToken: Cancel);
        _time.Advance(TimeSpan.FromDays(1));

        Assert.Equal(HttpStatusCode.Created, await PostAsync("""{"text":"hello","label":"spam","id":"7"}"""));

        Assert.Equal(row, Assert.Single(await RowsAsync()));
    }

    [Theory]
    [InlineData("mail", """{"text":"hello","label":"spma"}""", 400, "unknown-label")]
    [InlineData("mail", """{"text":"hello"}""", 400, "bad-target")]
    [InlineData("mail", """{"text":"hello","labels":["spam"]}""", 400, "bad-target")]
    [InlineData("mail", """{"text":" ","label":"spam"}""", 400, "no-text")]
    [InlineData("mail", """{"text":"a","text_pair":"b","label":"spam"}""", 400, "pair-not-expected")]
    [InlineData("mail", """{"text":"a","label":"spam","lable":1}""", 400, "unknown-property")]
    [InlineData("mail", """{"text":"\ud800","label":"spam"}""", 400, "bad-request")]
    [InlineData("mail", """nonsense""", 400, "bad-json")]
    [InlineData("mail", """{"text":"a","label":"spam","version":"v9"}""", 404, "no-such-version")]
    [InlineData("nobody", """{"text":"a","label":"spam"}""", 404, "no-such-model")]
    public async Task What_cannot_be_stored_is_refused_with_the_reason(string model, string body, int status, string code)
    {
        using var response = await App.Http.PostAsync($"/api/models/{model}/feedback", Json(body), Cancel);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(code, (string?)(await response.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["code"]);
        Assert.Empty(await RowsAsync());
    }

    [Fact]
    public async Task A_new_label_is_taken_where_it_is_said_to_be_one() =>
        Assert.Equal(HttpStatusCode.Created, await PostAsync("""{"text":"hello","label":"newsletter","new_label":true}"""));

    [Fact]
    public async Task Where_it_is_off_nothing_is_kept()
    {
        await App.DisposeAsync();
        App = await StartAsync("false");

        Assert.Equal(HttpStatusCode.NotFound, await PostAsync("""{"text":"hello","label":"spam"}"""));
        await ClassifyAsync("win");
        await App.Services.GetRequiredService<TallyFlush>().StopAsync(Cancel);

        Assert.Empty(await NamesAsync(BlobLayout.Feedback));
        Assert.Empty(await NamesAsync(BlobLayout.Drift));
    }

    [Fact]
    public async Task A_day_of_predictions_unlike_the_test_split_is_reported_as_drift()
    {
        await AddMetricsAsync("v1");
        await ClassifyAsync([.. Enumerable.Repeat("you win", 90), .. Enumerable.Repeat("hello", 10)]);
        await App.StopAsync(); // an instance that stops writes what it has counted
        await App.DisposeAsync();
        App = await StartAsync();
        await ClassifyAsync(Enumerable.Repeat("win", 100).ToArray());
        await App.Services.GetRequiredService<TallyFlush>().FlushAsync(Cancel);
        await App.Services.GetRequiredService<TallyFlush>().FlushAsync(Cancel); // counts are not added twice
        using (var early = await App.Http.GetAsync("/api/models/mail/drift", Cancel))
            Assert.Equal(HttpStatusCode.NotFound, early.StatusCode);

        _time.Advance(TimeSpan.FromHours(12.5));
        using (var watched = await App.Http.PostAsync("/WatchDrift", Json("""{"Data":{"timer":{}},"Metadata":{}}"""), Cancel))
            Assert.Contains("1 models have a report on 2026-11-26", await watched.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);

        var report = (await App.Http.GetFromJsonAsync<JsonNode>("/api/models/mail/drift", Cancel))!;
        Assert.Equal(("2026-11-26", "major"), ((string?)report["day"], (string?)report["level"]));
        var shift = report["versions"]![0]!["shift"]!;
        Assert.Equal(200, (int)shift["predictions"]!);
        var spam = shift["labels"]!.AsArray().Single(l => (string?)l!["label"] == "spam")!;
        Assert.Equal(0.95, (double)spam["observed"]!, 0.01);
        Assert.Equal(0.5, (double)spam["expected"]!, 0.01);
    }

    // Half of the test split was predicted to be spam.
    private async Task AddMetricsAsync(string version)
    {
        var matrix = new ConfusionMatrix(2);
        for (var i = 0; i < 200; i++)
            matrix.Add(i % 2, i % 2);
        var metrics = ClassificationMetrics.From(matrix, ["ham", "spam"]);
        var report = JsonSerializer.SerializeToUtf8Bytes(new MetricsReport(1, metrics, metrics, new Dictionary<string, ModelMetrics>(), false, []), PipelineJson.Indented);
        var models = Storage.GetBlobContainerClient(BlobLayout.Models);
        await models.UploadBlobAsync(BlobLayout.Version("mail", version) + "metrics.json", BinaryData.FromBytes(report), Cancel);
        var manifest = (await new ModelStore(Storage).FindManifestAsync("mail", version, Cancel))!;
        manifest = manifest with { Files = [.. manifest.Files, new ModelFile("metrics.json", report.Length, "")] };
        await models.GetBlobClient(BlobLayout.Manifest("mail", version)).UploadAsync(BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(manifest, PipelineJson.Indented)), overwrite: true, Cancel);
    }

    private Task<RunningFunctions> StartAsync(string enabled) => RunningFunctions.StartAsync(
        Account, b => b.Services.AddSingleton<TimeProvider>(_time), $"Pipeline:Serving:CacheFolder={CacheFolder}", $"Pipeline:Feedback:Enabled={enabled}");

    private async Task<HttpStatusCode> PostAsync(string body)
    {
        using var response = await App.Http.PostAsync("/api/models/mail/feedback", Json(body), Cancel);
        return response.StatusCode;
    }

    private async Task ClassifyAsync(params string[] texts)
    {
        using var response = await App.Http.PostAsJsonAsync("/api/models/mail/classify", new { inputs = texts }, Cancel);
        response.EnsureSuccessStatusCode();
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private async Task<List<string>> RowsAsync() => [.. (await NamesAsync(BlobLayout.Feedback)).Where(n => n.EndsWith(".jsonl", StringComparison.Ordinal))];

    private async Task<List<string>> NamesAsync(string container)
    {
        var names = new List<string>();
        await foreach (var blob in Storage.GetBlobContainerClient(container).GetBlobsAsync(BlobTraits.None, BlobStates.None, null, Cancel))
            names.Add(blob.Name);
        return names;
    }

    /// <summary>Says what day it is; what waits, waits by the machine's clock.</summary>
    private sealed class Calendar(DateTimeOffset now) : TimeProvider
    {
        private DateTimeOffset _now = now;

        public override DateTimeOffset GetUtcNow() => _now;

        public void Advance(TimeSpan by) => _now += by;
    }
}
