using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Pipeline.Core.Metrics;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.IntegrationTests.Fixtures;
using Pipeline.Tests.Shared;

namespace Pipeline.IntegrationTests.Serving;

/// <summary>Published versions in real storage, served over HTTP.</summary>
public sealed class ClassifyFromStorageTests(AzuriteFixture azurite) : FunctionsOnStorageTests(azurite)
{
    private static readonly DateTimeOffset Day1 = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_published_version_classifies()
    {
        await PublishAsync("v1", "spam");

        var answer = await ClassifyAsync(["win money", "hello"]);

        Assert.Equal("spam", (string?)answer[0]![0]!["label"]);
        Assert.Equal(1 / (1 + Math.Exp(-3)), (double)answer[0]![0]!["score"]!, 1e-6);
        Assert.Equal(0.5, (double)answer[1]![0]!["score"]!, 1e-6);
    }

    [Fact]
    public async Task The_word_that_speaks_for_a_label_is_named_with_its_place_and_weight()
    {
        await PublishAsync("v1", "spam");

        using var response = await App.Http.PostAsJsonAsync("/api/models/mail/classify", new { inputs = "to win it", explain = true }, Cancel);
        var words = (await response.Content.ReadFromJsonAsync<JsonNode>(Cancel))![0]![0]!["words"]!;

        Assert.Equal("""{"start":3,"end":6,"word":"win","weight":3}""", words[0]!.ToJsonString());
        Assert.Equal([3.0, 0, 0], words.AsArray().Select(w => (double)w!["weight"]!));
    }

    [Fact]
    public async Task A_text_is_read_up_to_the_length_in_the_manifest()
    {
        await PublishAsync("v1", "spam");

        var answer = await ClassifyAsync([new string('x', 15) + "w", new string('x', 16) + "w"]);

        Assert.Equal("spam", (string?)answer[0]![0]!["label"]);
        Assert.Equal(0.5, (double)answer[1]![0]!["score"]!, 1e-6);
    }

    [Fact]
    public async Task Any_published_version_answers_by_its_name_while_another_is_in_production()
    {
        await PublishedVersion.WriteAsync(Storage, "mail", "v1", "ham", Day1, Cancel);
        await PublishAsync("v2", "spam");

        using var old = await PostAsync(["win"], version: "v1");
        Assert.Equal(["v1"], old.Headers.GetValues("X-Model-Version"));
        Assert.Equal("ham", (string?)(await old.Content.ReadFromJsonAsync<JsonNode>(Cancel))![0]![0]!["label"]);
        Assert.Equal("v2", await ServedVersionAsync());
    }

    [Theory]
    [InlineData("v9")]
    [InlineData("no%2Fversion")]
    public async Task A_version_that_is_not_published_is_404_and_says_which_are(string version)
    {
        await PublishedVersion.WriteAsync(Storage, "mail", "v1", "ham", Day1, Cancel);
        await PublishAsync("v2", "spam");

        using var response = await PostAsync(["win"], version);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        var problem = (await response.Content.ReadFromJsonAsync<JsonNode>(Cancel))!;
        Assert.Equal("no-such-version", (string?)problem["code"]);
        Assert.Contains("v1", (string)problem["fix"]!, StringComparison.Ordinal);
        Assert.Contains("v2", (string)problem["fix"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Raw_scores_are_what_the_graph_computes_and_their_softmax_are_the_scores()
    {
        await PublishAsync("v1", "spam");

        using var response = await App.Http.PostAsJsonAsync("/api/models/mail/classify", new { inputs = "win", raw_scores = true }, Cancel);

        var answer = (await response.Content.ReadFromJsonAsync<JsonNode>(Cancel))![0]!.AsArray();
        Assert.Equal([("spam", 3.0), ("ham", 0.0)], answer.Select(l => ((string)l!["label"]!, (double)l["score"]!)));
    }

    [Fact]
    public async Task A_text_that_is_not_to_be_cut_is_422_with_its_place_and_its_tokens()
    {
        await PublishAsync("v1", "spam");

        using var response = await App.Http.PostAsJsonAsync("/api/models/mail/classify", new { inputs = new[] { new string('x', 16), new string('x', 17) }, truncate = false }, Cancel);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Equal("'inputs[1]' has 17 tokens; model 'mail' reads 16.", (string?)(await response.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["detail"]);
    }

    [Fact]
    public async Task A_model_that_served_before_is_in_memory_before_anybody_asks_for_it()
    {
        await PublishAsync("v1", "spam");
        await ClassifyAsync(["win"]);
        await App.DisposeAsync();

        App = await RunningFunctions.StartAsync(Account, null, $"Pipeline:Serving:CacheFolder={CacheFolder}", "Pipeline:Serving:LoadAtStart=true");

        while ((string?)(await App.Http.GetFromJsonAsync<JsonNode>("/api/health", Cancel))!["models"]!["mail"] != "v1")
            await Task.Delay(10, Cancel);
    }

    [Fact]
    public async Task Only_what_serving_needs_is_on_disk()
    {
        await PublishAsync("v1", "spam");
        await ClassifyAsync(["win"]);

        var files = Directory.EnumerateFiles(CacheFolder, "*", SearchOption.AllDirectories).Select(Path.GetFileName).ToArray();
        Assert.Contains("model.onnx", files);
        Assert.Contains("tokenizer.json", files);
        Assert.DoesNotContain("model.safetensors", files);
    }

    [Fact]
    public async Task A_new_version_takes_over_under_load_without_a_failed_request_and_the_old_files_go()
    {
        await PublishAsync("v1", "spam");
        await ClassifyAsync(["win"]);
        using var done = new CancellationTokenSource();
        var clients = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            var seen = new List<string>();
            while (!done.IsCancellationRequested)
            {
                using var response = await PostAsync(["win money"]);
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                var version = response.Headers.GetValues("X-Model-Version").Single();
                var answer = (await response.Content.ReadFromJsonAsync<JsonNode>(Cancel))!;
                // Version and answer belong together: no request is answered by half of each.
                Assert.Equal(version == "v1" ? "spam" : "ham", (string?)answer[0]![0]!["label"]);
                seen.Add(version);
            }

            return seen;
        })).ToArray();

        await PublishAsync("v2", "ham");
        while (await ServedVersionAsync() != "v2")
            Cancel.ThrowIfCancellationRequested();
        await done.CancelAsync();

        Assert.All(await Task.WhenAll(clients), seen => Assert.Equal(seen.Order(StringComparer.Ordinal), seen));
        while (Directory.EnumerateFiles(CacheFolder, "model.onnx", SearchOption.AllDirectories).Count() != 1)
            await Task.Delay(10, Cancel);
    }

    [Fact]
    public async Task A_damaged_new_version_leaves_the_old_one_serving()
    {
        await PublishAsync("v1", "spam");
        await ClassifyAsync(["win"]);
        await PublishedVersion.WriteAsync(Storage, "mail", "v2", "ham", Day1, Cancel);
        await DamageAsync("v2");
        await PublishedVersion.SwitchAsync(Storage, "mail", "v2", Cancel);

        for (var i = 0; i < 50; i++)
            Assert.Equal("v1", await ServedVersionAsync());
    }

    [Fact]
    public async Task A_version_that_does_not_load_is_counted_and_the_run_that_made_it_tells_once()
    {
        await new RunStore(Storage).TryCreateAsync(RunFixtures.Run("mail-0123456789ab", "mail", RunState.Succeeded), Cancel);
        await PublishAsync("v1", "spam");
        await ClassifyAsync(["win"]);
        await PublishedVersion.WriteAsync(Storage, "mail", "v2", "ham", Day1, Cancel);
        await DamageAsync("v2");
        await PublishedVersion.SwitchAsync(Storage, "mail", "v2", Cancel);

        string figures, events;
        do
        {
            Assert.Equal("v1", await ServedVersionAsync());
            figures = await App.Http.GetStringAsync("/api/metrics", Cancel);
            events = await App.Http.GetStringAsync("/api/runs/mail-0123456789ab/events", Cancel);
        }
        while (events.Length == 0 || !IsCounted(figures));

        var told = JsonNode.Parse(Assert.Single(events.TrimEnd().Split('\n')))!;
        Assert.Equal("warning", (string?)told["type"]);
        Assert.StartsWith("Version v2 cannot be loaded for serving:", (string?)told["message"], StringComparison.Ordinal);
        Assert.EndsWith("Version v1 goes on serving.", (string?)told["message"], StringComparison.Ordinal);

        // By its name it is tried again, and fails; its run has told already.
        using var byName = await PostAsync(["win"], "v2");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, byName.StatusCode);
        Assert.Equal(events, await App.Http.GetStringAsync("/api/runs/mail-0123456789ab/events", Cancel));
    }

    [Fact]
    public async Task A_damaged_first_version_is_503_and_names_the_file()
    {
        await PublishedVersion.WriteAsync(Storage, "mail", "v1", "spam", Day1, Cancel);
        await DamageAsync("v1");
        await PublishedVersion.SwitchAsync(Storage, "mail", "v1", Cancel);

        using var response = await PostAsync(["win"]);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("onnx/model.onnx", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(CacheFolder, "*.onnx", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_version_without_a_manifest_does_not_exist()
    {
        await PublishAsync("v1", "spam");
        await Storage.GetBlobContainerClient(BlobLayout.Models).UploadBlobAsync("mail/v2/config.json", BinaryData.FromString("{}"), Cancel);

        var model = await GetAsync("/api/models/mail");

        Assert.Equal("v1", (string?)model["production"]!["version"]);
        Assert.Single(model["versions"]!.AsArray());
        Assert.Equal(("single_label_classification", false), ((string?)model["problem_type"], (bool)model["has_pairs"]!));
    }

    [Fact]
    public async Task Models_are_listed_with_their_production_version_and_its_figures()
    {
        await PublishAsync("v1", "spam");
        await PublishedVersion.WriteAsync(Storage, "draft", "v1", "spam", Day1, Cancel);

        var list = (await GetAsync("/api/models"))["models"]!.AsArray();

        var mail = Assert.Single(list)!;
        Assert.Equal("mail", (string?)mail["name"]);
        Assert.Equal("v1", (string?)mail["version"]);
        Assert.Equal(0.8, (double)mail["test"]!["macro_f1"]!);
        Assert.Equal(["ham", "spam"], mail["labels"]!.AsArray().Select(l => (string?)l));
    }

    [Fact]
    public async Task A_model_shows_its_versions_newest_first()
    {
        await PublishAsync("v1", "spam");
        await PublishedVersion.WriteAsync(Storage, "mail", "v2", "ham", Day1.AddDays(1), Cancel);

        var model = await GetAsync("/api/models/mail");

        Assert.Equal(["v2", "v1"], model["versions"]!.AsArray().Select(v => (string?)v!["version"]));
        Assert.Equal([false, true], model["versions"]!.AsArray().Select(v => (bool)v!["is_production"]!));
    }

    [Theory]
    [InlineData(null, "no-such-model")]
    [InlineData(RunState.Training, "model-not-ready")]
    [InlineData(RunState.Rejected, "model-not-published")]
    [InlineData(RunState.Validated, "model-not-trained")]
    [InlineData(RunState.Succeeded, "model-withdrawn")]
    public async Task A_model_that_is_not_there_is_404_and_says_why(RunState? state, string code)
    {
        if (state is not null)
            await new RunStore(Storage).TryCreateAsync(RunFixtures.Run("mail-0123456789ab", "mail", state.Value), Cancel);
        // Of another model whose name begins the same.
        await new RunStore(Storage).TryCreateAsync(RunFixtures.Run("mail-2-0123456789ab", "mail-2", RunState.Queued), Cancel);

        using var response = await PostAsync(["win"]);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        var problem = (await response.Content.ReadFromJsonAsync<JsonNode>(Cancel))!;
        Assert.Equal(code, (string?)problem["code"]);
        Assert.Equal(state is not null, ((string)problem["detail"]!).Contains("mail-0123456789ab", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Health_names_the_versions_in_memory()
    {
        await PublishAsync("v1", "spam");
        await ClassifyAsync(["win"]);

        var health = await GetAsync("/api/health");

        Assert.Equal("healthy", (string?)health["status"]);
        Assert.Equal("v1", (string?)health["models"]!["mail"]);
    }

    [Fact]
    public async Task The_graph_in_int8_serves_where_the_configuration_says_so()
    {
        await PublishedVersion.WriteAsync(Storage, "mail", "v1", "spam", Day1, Cancel, int8WinMeans: "ham");
        await PublishedVersion.SwitchAsync(Storage, "mail", "v1", Cancel);
        await RestartAsync("int8");

        Assert.Equal("ham", (string?)(await ClassifyAsync(["win"]))[0]![0]!["label"]);
        Assert.DoesNotContain("model.onnx", Directory.EnumerateFiles(CacheFolder, "*", SearchOption.AllDirectories).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData(GraphPrecision.Int8, "auto", "ham")]
    [InlineData(GraphPrecision.Fp32, "auto", "spam")]
    [InlineData(null, "auto", "spam")] // from before there was a choice
    [InlineData(GraphPrecision.Int8, "fp32", "spam")]
    [InlineData(GraphPrecision.Fp32, "int8", "ham")]
    public async Task The_graph_that_the_manifest_names_serves_unless_the_configuration_says_otherwise(GraphPrecision? named, string precision, string answer)
    {
        await PublishedVersion.WriteAsync(Storage, "mail", "v1", "spam", Day1, Cancel, int8WinMeans: "ham", named);
        await PublishedVersion.SwitchAsync(Storage, "mail", "v1", Cancel);
        await RestartAsync(precision);

        Assert.Equal(answer, (string?)(await ClassifyAsync(["win"]))[0]![0]!["label"]);
        var details = await App.Http.GetFromJsonAsync<JsonNode>("/api/models/mail", Cancel);
        Assert.Equal(named?.ToString().ToLowerInvariant(), (string?)details!["onnx"]?["serves"]);
    }

    [Fact]
    public async Task A_version_without_the_graph_that_the_configuration_asks_for_is_503_and_says_so()
    {
        await PublishAsync("v1", "spam");
        await RestartAsync("int8");

        using var response = await PostAsync(["win"]);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("onnx/model_int8.onnx", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    private async Task RestartAsync(string precision)
    {
        await App.DisposeAsync();
        App = await RunningFunctions.StartAsync(Account, null, $"Pipeline:Serving:CacheFolder={CacheFolder}", $"Pipeline:Serving:Precision={precision}");
    }

    private async Task PublishAsync(string version, string winMeans)
    {
        await PublishedVersion.WriteAsync(Storage, "mail", version, winMeans, Day1, Cancel);
        await PublishedVersion.SwitchAsync(Storage, "mail", version, Cancel);
    }

    private Task DamageAsync(string version) =>
        Storage.GetBlobContainerClient(BlobLayout.Models).GetBlobClient($"mail/{version}/onnx/model.onnx")
            .UploadAsync(BinaryData.FromString("damaged"), overwrite: true, Cancel);

    private Task<HttpResponseMessage> PostAsync(string[] texts, string? version = null) =>
        App.Http.PostAsJsonAsync(version is null ? "/api/models/mail/classify" : $"/api/models/mail/versions/{version}/classify", new { inputs = texts }, Cancel);

    private static bool IsCounted(string figures) => figures.Split('\n').Any(line =>
        line.StartsWith("pipeline_serving_load_failures_total{", StringComparison.Ordinal) && line.Contains("model=\"mail\"", StringComparison.Ordinal));

    private async Task<JsonNode> ClassifyAsync(string[] texts)
    {
        using var response = await PostAsync(texts);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<JsonNode>(Cancel))!;
    }

    private async Task<string> ServedVersionAsync()
    {
        using var response = await PostAsync(["win"]);
        return response.EnsureSuccessStatusCode().Headers.GetValues("X-Model-Version").Single();
    }

    private async Task<JsonNode> GetAsync(string path) => (await App.Http.GetFromJsonAsync<JsonNode>(path, Cancel))!;
}
