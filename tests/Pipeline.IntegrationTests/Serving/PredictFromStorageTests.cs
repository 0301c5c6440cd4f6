using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Pipeline.IntegrationTests.Fixtures;

namespace Pipeline.IntegrationTests.Serving;

/// <summary>The routes of Text Embeddings Inference with models in real storage.</summary>
public sealed class PredictFromStorageTests(AzuriteFixture azurite) : FunctionsOnStorageTests(azurite)
{
    [Fact]
    public async Task The_only_model_in_production_answers_a_route_that_names_none()
    {
        await PublishAsync("mail");
        // Published, but not in production.
        await PublishedVersion.WriteAsync(Storage, "draft", "v1", "ham", DateTimeOffset.UnixEpoch, Cancel);

        var answer = await PredictAsync("/predict", new { inputs = new[] { new[] { "win" }, ["hello"] } });

        Assert.Equal("spam", (string?)answer[0]![0]!["label"]);
        Assert.Equal(1 / (1 + Math.Exp(-3)), (double)answer[0]![0]!["score"]!, 1e-6);
        Assert.Equal(0.5, (double)answer[1]![0]!["score"]!, 1e-6);
    }

    [Fact]
    public async Task A_text_is_cut_at_the_side_that_the_request_says()
    {
        await PublishAsync("mail");
        var text = "w" + new string('x', 16);

        var right = await PredictAsync("/api/models/mail/predict", new { inputs = text, raw_scores = true });
        var left = await PredictAsync("/api/models/mail/predict", new { inputs = text, raw_scores = true, truncation_direction = "Left" });

        Assert.Equal((3.0, 0.0), ((double)right[0]!["score"]!, (double)left[0]!["score"]!));
    }

    [Theory]
    [InlineData(false, "No model is in production.")]
    [InlineData(true, "Several models are in production: mail, post.")]
    public async Task None_or_several_are_404_and_say_so(bool several, string error)
    {
        if (several)
        {
            await PublishAsync("mail");
            await PublishAsync("post");
        }

        foreach (var path in (string[])["/predict", "/info"])
        {
            using var response = path == "/info" ? await App.Http.GetAsync(path, Cancel) : await App.Http.PostAsJsonAsync(path, new { inputs = "win" }, Cancel);

            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
            Assert.StartsWith(error, (string?)(await response.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["error"], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/info")]
    [InlineData("/api/info")]
    [InlineData("/api/models/mail/info")]
    public async Task Info_has_the_properties_that_its_clients_read(string path)
    {
        await PublishAsync("mail");

        var info = (await App.Http.GetFromJsonAsync<JsonNode>(path, Cancel))!.AsObject();

        Assert.Equal(("mail", "v1", "float32", "mail"), ((string?)info["model_id"], (string?)info["model_sha"], (string?)info["model_dtype"], (string?)info["served_model_name"]));
        Assert.Equal("""{"classifier":{"id2label":{"0":"ham","1":"spam"},"label2id":{"ham":0,"spam":1}}}""", info["model_type"]!.ToJsonString());
        Assert.Equal(
            (512, 16, 4_096, 128, true),
            ((int)info["max_concurrent_requests"]!, (int)info["max_input_length"]!, (int)info["max_batch_tokens"]!, (int)info["max_client_batch_size"]!, (bool)info["auto_truncate"]!));
        Assert.Equal(
            [
                "model_id", "model_sha", "model_dtype", "served_model_name", "model_type", "max_concurrent_requests", "max_input_length", "max_batch_tokens",
                "max_batch_requests", "max_client_batch_size", "auto_truncate", "tokenization_workers", "version", "sha", "docker_label",
            ],
            info.Select(p => p.Key).Take(15));
    }

    [Fact]
    public async Task Info_of_a_model_that_is_not_there_is_404()
    {
        using var response = await App.Http.GetAsync("/api/models/mail/info", Cancel);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.StartsWith("There is no model 'mail'.", (string?)(await response.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["error"], StringComparison.Ordinal);
    }

    private async Task PublishAsync(string model)
    {
        await PublishedVersion.WriteAsync(Storage, model, "v1", "spam", DateTimeOffset.UnixEpoch, Cancel);
        await PublishedVersion.SwitchAsync(Storage, model, "v1", Cancel);
    }

    private async Task<JsonNode> PredictAsync(string path, object request)
    {
        using var response = await App.Http.PostAsJsonAsync(path, request, Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<JsonNode>(Cancel))!;
    }
}
