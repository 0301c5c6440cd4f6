using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Core;
using Pipeline.Core.Tokenization;
using Pipeline.Functions.Envelope;
using Pipeline.Functions.Serving;
using Pipeline.Functions.Serving.Batching;
using Pipeline.Tests.Shared;
using Pipeline.UnitTests.Serving;

namespace Pipeline.UnitTests.Functions;

/// <summary>
/// The route of Text Embeddings Inference over HTTP, with a model that is made up: requests and shapes are those of its <c>README.md</c>,
/// <c>docs/openapi.json</c> and <c>router/tests/test_http_predict.rs</c> (version 1.9).
/// </summary>
public sealed class PredictTests : IAsyncLifetime
{
    private readonly FakeModelSource _models = new();
    private RunningFunctions _app = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _models.Publish("emotions", "v1");
        _app = await RunningFunctions.StartAsync(
            configure: b => b.Services.AddSingleton<IModelSource>(_models).AddSingleton<IDropHandler, RecordingDropHandler>(),
            settings:
            [
                "Pipeline:Serving:MaxInputs=5", "Pipeline:Serving:MaxBodyBytes=4096", "Pipeline:Serving:MaxConcurrentRequests=1", "Pipeline:Serving:MaxTextCharacters=1000",
                "Pipeline:Serving:MaxLoadWait=00:00:05", "Pipeline:Serving:PredictModel=emotions",
            ]);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Theory]
    [InlineData("/predict")]
    [InlineData("/api/predict")]
    [InlineData("/api/models/emotions/predict")]
    public async Task The_request_of_its_readme_gives_a_list_of_predictions(string path)
    {
        using var response = await PostAsync("""{"inputs":"I like you."}""", path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("""[{"score":0.7310586,"label":"v1"},{"score":0.26894143,"label":"other"}]""", await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(["v1"], response.Headers.GetValues("X-Model-Version"));
    }

    [Fact]
    public async Task The_batch_of_its_test_gives_a_list_of_lists_each_as_of_the_text_alone()
    {
        var single = await AnswerAsync("""{"inputs":"test"}""");
        var batch = await AnswerAsync("""{"inputs":[["test"],["test"],["test"],["test"],["test"]]}""");

        Assert.Equal(5, batch.AsArray().Count);
        Assert.All(batch.AsArray(), text => Assert.True(JsonNode.DeepEquals(single, text)));
    }

    [Theory]
    [InlineData("\"a\"", false, false)]
    [InlineData("[\"a\"]", false, false)]
    [InlineData("[[\"a\"]]", false, true)]
    [InlineData("[[\"a\"],[\"b\"]]", false, true)]
    [InlineData("[\"a\",\"b\"]", true, false)]
    [InlineData("[\"a\",\"\"]", true, false)]
    [InlineData("[[\"a\",\"b\"]]", true, true)]
    [InlineData("[[\"a\",\"b\"],[\"c\",\"d\"]]", true, true)]
    public async Task A_list_of_two_strings_is_a_pair_and_only_a_list_of_lists_is_a_batch(string inputs, bool pairs, bool isBatch)
    {
        _models.HasPairs = pairs;

        var answer = await AnswerAsync("{\"inputs\":" + inputs + "}");

        Assert.Equal(isBatch, answer[0] is JsonArray);
        Assert.Equal("score,label", string.Join(',', (isBatch ? answer[0]![0] : answer[0])!.AsObject().Select(p => p.Key)));
    }

    [Theory]
    [InlineData("", "v1 0.731,other 0.269")]
    [InlineData(",\"raw_scores\":false,\"truncate\":null,\"truncation_direction\":\"Right\",\"parameters\":{\"top_k\":1}", "v1 0.731,other 0.269")]
    [InlineData(",\"raw_scores\":true", "v1 1.000,other 0.000")]
    public async Task Raw_scores_are_the_logits_and_properties_that_are_not_known_are_passed_over(string options, string scores) =>
        Assert.Equal(scores, Scores(await AnswerAsync("{\"inputs\":\"a\"" + options + "}")));

    [Fact]
    public async Task A_model_of_several_labels_gives_them_all_each_with_its_own_probability()
    {
        _models.ProblemType = ProblemType.MultiLabelClassification;
        _models.Logits = [-3f, 0f];

        Assert.Equal("other 0.500,v1 0.047", Scores(await AnswerAsync("""{"inputs":"a"}""")));
    }

    [Fact]
    public async Task A_model_of_numbers_gives_its_number_under_the_label_that_it_has()
    {
        _models.ProblemType = ProblemType.Regression;
        _models.Logits = [4.5f];

        Assert.Equal("v1 4.500", Scores(await AnswerAsync("""{"inputs":"a"}""")));
    }

    [Theory]
    [InlineData("", TruncationSide.End)]
    [InlineData(",\"truncate\":true", TruncationSide.End)]
    [InlineData(",\"truncation_direction\":\"right\"", TruncationSide.End)]
    [InlineData(",\"truncation_direction\":\"left\"", TruncationSide.Start)]
    [InlineData(",\"truncation_direction\":\"Left\",\"truncate\":true", TruncationSide.Start)]
    [InlineData(",\"truncation_direction\":\"Left\",\"truncate\":false", null)]
    public async Task A_text_is_cut_where_the_request_says(string options, TruncationSide? cutAt)
    {
        await AnswerAsync("{\"inputs\":\"a\"" + options + "}");

        Assert.Equal(cutAt, _models.LastCut);
    }

    [Theory]
    [InlineData("", 400, "Validation")]
    [InlineData("{\"inputs\":", 400, "Validation")]
    [InlineData("[]", 422, "Validation")]
    [InlineData("{}", 422, "Validation")]
    [InlineData("{\"inputs\":null}", 422, "Validation")]
    [InlineData("{\"inputs\":7}", 422, "Validation")]
    [InlineData("{\"inputs\":{\"text\":\"a\"}}", 422, "Validation")]
    [InlineData("{\"inputs\":[\"a\",\"b\",\"c\"]}", 422, "Validation")]
    [InlineData("{\"inputs\":[\"a\",[\"b\"]]}", 422, "Validation")]
    [InlineData("{\"inputs\":[[\"a\"],\"b\"]}", 422, "Validation")]
    [InlineData("{\"inputs\":[[\"a\",\"b\",\"c\"]]}", 422, "Validation")]
    [InlineData("{\"inputs\":[[[\"a\"]]]}", 422, "Validation")]
    [InlineData("{\"inputs\":\"\\ud800\"}", 422, "Validation")]
    [InlineData("{\"inputs\":\"a\",\"truncate\":1}", 422, "Validation")]
    [InlineData("{\"inputs\":\"a\",\"raw_scores\":null}", 422, "Validation")]
    [InlineData("{\"inputs\":\"a\",\"truncation_direction\":\"up\"}", 422, "Validation")]
    [InlineData("{\"inputs\":[\"a\",\"b\"]}", 422, "Validation")] // a pair for a model of single texts
    [InlineData("{\"inputs\":\"\"}", 400, "Empty")]
    [InlineData("{\"inputs\":[]}", 400, "Empty")]
    [InlineData("{\"inputs\":[[]]}", 400, "Empty")]
    [InlineData("{\"inputs\":[[\"a\"],[\"\"]]}", 400, "Empty")]
    [InlineData("{\"inputs\":[[\"a\"],[\"a\"],[\"a\"],[\"a\"],[\"a\"],[\"a\"]]}", 413, "Validation")]
    public async Task A_request_that_is_wrong_has_an_error_of_its_shape(string body, int status, string type)
    {
        using var response = await PostAsync(body);

        await IsErrorAsync(response, status, type);
    }

    [Fact]
    public async Task A_text_that_is_not_to_be_cut_is_422_with_its_place_and_its_tokens()
    {
        var body = "{\"inputs\":[[\"a\"],[\"" + new string('b', 200) + "\"]]";
        Assert.Equal(2, (await AnswerAsync(body + "}")).AsArray().Count);

        using var response = await PostAsync(body + ",\"truncate\":false}");

        Assert.Contains("'inputs[1]' has 200 tokens", await IsErrorAsync(response, 422, "Validation"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_with_too_many_characters_is_422_and_a_body_with_too_many_bytes_413()
    {
        using var text = await PostAsync("{\"inputs\":\"" + new string('b', 1_001) + "\"}");
        await IsErrorAsync(text, 422, "Validation");

        using var body = await PostAsync("{\"inputs\":\"" + new string('b', 5_000) + "\"}");
        await IsErrorAsync(body, 413, "Validation");
    }

    [Fact]
    public async Task A_model_that_is_not_there_is_404()
    {
        using var response = await PostAsync("""{"inputs":"a"}""", "/api/models/No%2FModel/predict");

        await IsErrorAsync(response, 404, "Validation");
    }

    [Fact]
    public async Task Requests_or_texts_on_top_of_what_is_worked_on_are_429()
    {
        var gate = new TaskCompletionSource();
        _models.ClassifyGate = gate.Task;
        var working = PostAsync("""{"inputs":"a"}""");
        while (_models.Classifying < 1)
            await Task.Delay(10, Cancel);

        using var rejected = await PostAsync("""{"inputs":"b"}""");
        gate.SetException(new OverloadedException("9 texts wait already."));

        await IsErrorAsync(rejected, 429, "Overloaded");
        Assert.NotNull(rejected.Headers.RetryAfter);
        using var full = await working;
        await IsErrorAsync(full, 429, "Overloaded");
        Assert.NotNull(full.Headers.RetryAfter);
    }

    [Fact]
    public async Task A_model_that_cannot_compute_is_424()
    {
        _models.Logits = [float.NaN, 0];

        using var response = await PostAsync("""{"inputs":"a"}""");

        await IsErrorAsync(response, 424, "Backend");
    }

    [Fact]
    public async Task A_model_that_is_still_loading_is_503()
    {
        _models.Gate = new TaskCompletionSource().Task;

        using var response = await PostAsync("""{"inputs":"a"}""");

        await IsErrorAsync(response, 503, "Unhealthy");
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Theory]
    [InlineData("/info")]
    [InlineData("/api/info")]
    [InlineData("/api/models/emotions/info")]
    public async Task Storage_out_of_reach_is_503(string path)
    {
        using var response = await _app.Http.GetAsync(path, Cancel);

        await IsErrorAsync(response, 503, "Unhealthy");
    }

    private Task<HttpResponseMessage> PostAsync(string body, string path = "/api/predict") =>
        _app.Http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"), Cancel);

    private async Task<JsonNode> AnswerAsync(string body)
    {
        using var response = await PostAsync(body);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<JsonNode>(Cancel))!;
    }

    private static string Scores(JsonNode answer) =>
        string.Join(',', answer.AsArray().Select(l => FormattableString.Invariant($"{l!["label"]} {(double)l["score"]!:0.000}")));

    private static async Task<string> IsErrorAsync(HttpResponseMessage response, int status, string type)
    {
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        var error = (await response.Content.ReadFromJsonAsync<JsonNode>(Cancel))!.AsObject();
        Assert.Equal(["error", "error_type"], error.Select(p => p.Key));
        Assert.Equal(type, (string?)error["error_type"]);
        Assert.NotEmpty((string)error["error"]!);
        return (string)error["error"]!;
    }
}
