using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Core;
using Pipeline.Core.Models;
using Pipeline.Functions.Envelope;
using Pipeline.Functions.Serving;
using Pipeline.Functions.Serving.Batching;
using Pipeline.Tests.Shared;
using Pipeline.UnitTests.Serving;

namespace Pipeline.UnitTests.Functions;

/// <summary>The classify endpoint over HTTP, with a model that is made up.</summary>
public sealed class ClassifyTests : IAsyncLifetime
{
    private readonly FakeModelSource _models = new();
    private RunningFunctions _app = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _models.Publish("spam", "v1");
        _app = await RunningFunctions.StartAsync(
            configure: b => b.Services.AddSingleton<IModelSource>(_models).AddSingleton<IDropHandler, RecordingDropHandler>(),
            settings: ["Pipeline:Serving:MaxInputs=3", "Pipeline:Serving:MaxBodyBytes=2048", "Pipeline:Serving:MaxConcurrentRequests=2", "Pipeline:Serving:MaxTextCharacters=1000",
                "Pipeline:Serving:MaxLoadWait=00:00:05", "Pipeline:Serving:MaxExplainPasses=16"]);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_single_text_gives_a_list_with_one_list()
    {
        var answer = await AnswerAsync("""{"inputs":"win money"}""");

        Assert.Equal(["v1", "other"], answer.AsArray().Single()!.AsArray().Select(l => (string?)l!["label"]));
        Assert.Equal(1.0, answer[0]!.AsArray().Sum(l => (double)l!["score"]!), 1e-6);
    }

    [Fact]
    public async Task A_list_gives_a_list_per_text() =>
        Assert.Equal(3, (await AnswerAsync("""{"inputs":["a","b","c"]}""")).AsArray().Count);

    [Fact]
    public async Task A_text_may_stand_in_an_object() =>
        Assert.Equal(2, (await AnswerAsync("""{"inputs":[{"text":"a"},{"text":"b","text_pair":null}]}""")).AsArray().Count);

    [Fact]
    public async Task A_model_of_pairs_reads_pairs_only()
    {
        _models.HasPairs = true;

        Assert.Single((await AnswerAsync("""{"inputs":{"text":"a","text_pair":"b"}}""")).AsArray());
        using var response = await PostAsync("""{"inputs":[{"text":"a","text_pair":"b"},"c"]}""");
        await IsProblemAsync(response, HttpStatusCode.BadRequest, "pair-expected");
    }

    [Fact]
    public async Task The_words_that_moved_a_score_come_where_they_are_asked_for()
    {
        var explained = (await AnswerAsync("""{"inputs":"win money","explain":{"words":1}}"""))[0]!;
        var plain = (await AnswerAsync("""{"inputs":"win money","explain":false}"""))[0]!;

        Assert.Equal("""[{"start":0,"end":3,"word":"win","weight":0}]""", explained[0]!["words"]!.ToJsonString());
        Assert.Null(explained[1]!["words"]);
        Assert.Null(plain[0]!["words"]);
    }

    [Theory]
    [InlineData("\"yes\"", "bad-explain")]
    [InlineData("{\"words\":0}", "bad-explain")]
    [InlineData("{\"word\":1}", "unknown-property")]
    public async Task An_explain_that_cannot_be_read_is_refused(string explain, string code)
    {
        using var response = await PostAsync($"{{\"inputs\":\"a\",\"explain\":{explain}}}");

        await IsProblemAsync(response, HttpStatusCode.BadRequest, code);
    }

    [Fact]
    public async Task More_texts_than_can_be_explained_are_refused()
    {
        using var response = await PostAsync("""{"inputs":["a","b","c"],"explain":true}""");

        await IsProblemAsync(response, HttpStatusCode.RequestEntityTooLarge, "too-many-inputs");
    }

    [Theory]
    [InlineData("", "v1,other")] // the logits are 1 and 0: scores of 0.73 and 0.5
    [InlineData(",\"threshold\":0.6", "v1")]
    [InlineData(",\"threshold\":0.9", "")]
    [InlineData(",\"threshold\":0,\"top_k\":1", "v1")]
    public async Task A_model_of_several_labels_gives_those_that_reach_the_threshold(string option, string labels)
    {
        _models.ProblemType = ProblemType.MultiLabelClassification;

        var answer = await AnswerAsync("{\"inputs\":\"a\"" + option + "}");

        Assert.Equal(labels, string.Join(',', answer[0]!.AsArray().Select(l => (string?)l!["label"])));
    }

    [Theory]
    [InlineData("", "v1 true")] // the logits are 1 and 0: scores of 0.73 and 0.5
    [InlineData(",\"threshold\":0", "v1 true,other false")]
    [InlineData(",\"threshold\":0.9", "")]
    public async Task A_version_with_thresholds_gives_the_labels_that_reach_their_own_and_marks_them(string option, string labels)
    {
        _models.ProblemType = ProblemType.MultiLabelClassification;
        _models.Decisions = new DecisionRule([0.7, 0.6]);

        var answer = await AnswerAsync("{\"inputs\":\"a\"" + option + "}");

        Assert.Equal(labels, string.Join(',', answer[0]!.AsArray().Select(l => $"{l!["label"]} {l["given"]}")));
    }

    [Theory]
    [InlineData(0.8, true)]
    [InlineData(0.7, false)]
    public async Task A_version_that_abstains_says_so_where_its_best_score_is_too_low(double abstainBelow, bool abstains)
    {
        _models.Decisions = new DecisionRule(AbstainBelow: abstainBelow);

        var answer = (await AnswerAsync("""{"inputs":"a"}"""))[0]!.AsArray();

        Assert.Equal(2, answer.Count);
        Assert.All(answer, label => Assert.Equal(abstains, label!["abstains"] is not null));
    }

    [Fact]
    public async Task A_version_without_either_answers_with_label_and_score_alone() =>
        Assert.All((await AnswerAsync("""{"inputs":"a"}"""))[0]!.AsArray(), label => Assert.Equal(["label", "score"], label!.AsObject().Select(p => p.Key)));

    [Fact]
    public async Task A_model_of_numbers_gives_its_number_as_it_is_and_takes_no_limits()
    {
        _models.ProblemType = ProblemType.Regression;

        Assert.Equal("[[{\"score\":1}],[{\"score\":1}]]", (await AnswerAsync("{\"inputs\":[\"a\",\"b\"]}")).ToJsonString());
        using var top = await PostAsync("{\"inputs\":\"a\",\"top_k\":1}");
        await IsProblemAsync(top, HttpStatusCode.BadRequest, "top-k-not-expected");
        using var threshold = await PostAsync("{\"inputs\":\"a\",\"threshold\":0.5}");
        await IsProblemAsync(threshold, HttpStatusCode.BadRequest, "threshold-not-expected");
    }

    [Fact]
    public async Task Top_k_limits_the_labels() =>
        Assert.Single((await AnswerAsync("""{"inputs":"a","top_k":1}"""))[0]!.AsArray());

    [Theory]
    [InlineData("", "v1 0.731,other 0.269")]
    [InlineData(",\"raw_scores\":false", "v1 0.731,other 0.269")]
    [InlineData(",\"raw_scores\":true", "v1 1.000,other 0.000")]
    [InlineData(",\"raw_scores\":true,\"top_k\":1", "v1 1.000")]
    public async Task Raw_scores_are_the_logits(string option, string scores)
    {
        var answer = await AnswerAsync("{\"inputs\":\"a\"" + option + "}");

        Assert.Equal(scores, string.Join(',', answer[0]!.AsArray().Select(l => FormattableString.Invariant($"{l!["label"]} {(double)l["score"]!:0.000}"))));
    }

    [Fact]
    public async Task A_text_that_is_not_to_be_cut_is_422_with_its_place_its_tokens_and_the_limit()
    {
        using var cut = await PostAsync($$"""{"inputs":["a","{{new string('b', 200)}}"]}""");
        Assert.Equal(HttpStatusCode.OK, cut.StatusCode);

        using var response = await PostAsync($$"""{"inputs":["a","{{new string('b', 200)}}"],"truncate":false}""");

        var detail = await IsProblemAsync(response, HttpStatusCode.UnprocessableEntity, "too-many-tokens");
        Assert.Equal("'inputs[1]' has 200 tokens; model 'spam' reads 128.", detail);

        using var explained = await PostAsync($$"""{"inputs":["a","{{new string('b', 200)}}"],"truncate":false,"explain":true}""");
        Assert.Equal(detail, await IsProblemAsync(explained, HttpStatusCode.UnprocessableEntity, "too-many-tokens"));
    }

    [Fact]
    public async Task A_text_with_more_characters_than_are_served_is_422_with_its_place()
    {
        using var response = await PostAsync($$"""{"inputs":["a","{{new string('b', 1_001)}}"]}""");

        var detail = await IsProblemAsync(response, HttpStatusCode.UnprocessableEntity, "text-too-long");
        Assert.Equal("'inputs[1]' has 1001 characters; 1000 are allowed.", detail);
    }

    [Fact]
    public async Task Any_published_version_answers_by_its_name()
    {
        _models.Published[("spam", "v0")] = true;

        using var response = await _app.Http.PostAsync("/api/models/spam/versions/v0/classify", new StringContent("""{"inputs":"a"}"""), Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["v0"], response.Headers.GetValues("X-Model-Version"));
        Assert.Equal("v0", (string?)(await response.Content.ReadFromJsonAsync<JsonNode>(Cancel))![0]![0]!["label"]);
    }

    [Fact]
    public async Task A_model_that_loads_for_longer_than_a_request_waits_is_503_with_a_time_to_try_again_and_answers_then()
    {
        var gate = new TaskCompletionSource();
        _models.Gate = gate.Task;

        using var response = await PostAsync("""{"inputs":"a"}""");

        await IsProblemAsync(response, HttpStatusCode.ServiceUnavailable, "model-loading");
        Assert.NotNull(response.Headers.RetryAfter);
        gate.SetResult();
        await AnswerAsync("""{"inputs":"a"}""");
        Assert.Equal(["v1"], _models.Loads);
    }

    [Fact]
    public async Task A_model_that_computes_what_is_no_number_is_503()
    {
        _models.Logits = [float.NaN, 0];

        using var response = await PostAsync("""{"inputs":"a"}""");

        await IsProblemAsync(response, HttpStatusCode.ServiceUnavailable, "damaged-in-storage");
    }

    [Fact]
    public async Task The_answer_names_the_version_that_gave_it()
    {
        using var response = await PostAsync("""{"inputs":"a"}""");

        Assert.Equal(["v1"], response.Headers.GetValues("X-Model-Version"));
    }

    [Theory]
    [InlineData("", "bad-json")]
    [InlineData("not json", "bad-json")]
    [InlineData("{\"inputs\":\"a\"", "bad-json")]
    [InlineData("[]", "bad-request")]
    [InlineData("null", "bad-request")]
    [InlineData("{}", "no-inputs")]
    [InlineData("{\"inputs\":null}", "bad-inputs")]
    [InlineData("{\"inputs\":5}", "bad-inputs")]
    [InlineData("{\"inputs\":{}}", "bad-inputs")]
    [InlineData("{\"inputs\":{\"text_pair\":\"a\"}}", "bad-inputs")]
    [InlineData("{\"inputs\":[{\"text\":5}]}", "bad-inputs")]
    [InlineData("{\"inputs\":[{\"text\":\"a\",\"text_pair\":[]}]}", "bad-inputs")]
    [InlineData("{\"inputs\":[{\"text\":\"a\",\"text_pair\":\"\"}]}", "no-inputs")]
    [InlineData("{\"inputs\":[{\"text\":\"a\",\"pair\":\"b\"}]}", "unknown-property")]
    [InlineData("{\"inputs\":[{\"text\":\"a\",\"text_pair\":\"b\"}]}", "pair-not-expected")]
    [InlineData("{\"inputs\":\"a\",\"threshold\":0.5}", "threshold-not-expected")]
    [InlineData("{\"inputs\":\"a\",\"threshold\":1.5}", "bad-threshold")]
    [InlineData("{\"inputs\":\"a\",\"threshold\":\"0.5\"}", "bad-threshold")]
    [InlineData("{\"inputs\":[\"a\",5]}", "bad-inputs")]
    [InlineData("{\"inputs\":[[\"a\"]]}", "bad-inputs")]
    [InlineData("{\"inputs\":\"\\ud800\"}", "bad-inputs")]
    [InlineData("{\"inputs\":\"\"}", "no-inputs")]
    [InlineData("{\"inputs\":[]}", "no-inputs")]
    [InlineData("{\"inputs\":[\"a\",\"\"]}", "no-inputs")]
    [InlineData("{\"inputs\":\"a\",\"top_k\":0}", "bad-top-k")]
    [InlineData("{\"inputs\":\"a\",\"top_k\":-1}", "bad-top-k")]
    [InlineData("{\"inputs\":\"a\",\"top_k\":1.5}", "bad-top-k")]
    [InlineData("{\"inputs\":\"a\",\"top_k\":\"2\"}", "bad-top-k")]
    [InlineData("{\"inputs\":\"a\",\"topk\":2}", "unknown-property")]
    [InlineData("{\"inputs\":\"a\",\"\\ud800\":2}", "unknown-property")]
    [InlineData("{\"inputs\":{\"\\ud800\":2}}", "unknown-property")]
    [InlineData("{\"inputs\":\"a\",\"raw_scores\":1}", "bad-flag")]
    [InlineData("{\"inputs\":\"a\",\"truncate\":null}", "bad-flag")]
    public async Task A_request_that_is_wrong_is_400_and_says_what_to_send(string body, string code)
    {
        using var response = await PostAsync(body);

        await IsProblemAsync(response, HttpStatusCode.BadRequest, code);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_400()
    {
        using var response = await _app.Http.PostAsync(
            "/api/models/spam/classify", new ByteArrayContent([0x7b, 0x22, 0xff, 0xfe, 0x00, 0x22]), Cancel);

        await IsProblemAsync(response, HttpStatusCode.BadRequest, "bad-json");
    }

    [Fact]
    public async Task Too_many_texts_are_413()
    {
        using var response = await PostAsync("""{"inputs":["a","b","c","d"]}""");

        await IsProblemAsync(response, HttpStatusCode.RequestEntityTooLarge, "too-many-inputs");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_the_limit_is_413_with_and_without_a_length(bool chunked)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/models/spam/classify")
        {
            Content = new StringContent($$"""{"inputs":"{{new string('a', 4_000)}}"}"""),
        };
        request.Headers.TransferEncodingChunked = chunked;

        using var response = await _app.Http.SendAsync(request, Cancel);

        await IsProblemAsync(response, HttpStatusCode.RequestEntityTooLarge, "body-too-large");
    }

    [Fact]
    public async Task More_requests_at_once_than_allowed_are_429_with_a_time_to_try_again()
    {
        var gate = new TaskCompletionSource();
        _models.ClassifyGate = gate.Task;
        Task<HttpResponseMessage>[] working = [PostAsync("""{"inputs":"a"}"""), PostAsync("""{"inputs":"b"}""")];
        while (_models.Classifying < 2)
            await Task.Delay(10, Cancel);

        using var response = await PostAsync("""{"inputs":"c"}""");
        gate.SetResult();

        await IsProblemAsync(response, HttpStatusCode.TooManyRequests, "overloaded");
        Assert.NotNull(response.Headers.RetryAfter);
        foreach (var answer in await Task.WhenAll(working))
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_model_with_too_many_texts_waiting_is_429_with_a_time_to_try_again()
    {
        _models.ClassifyGate = Task.FromException(new OverloadedException("9 texts wait already."));

        using var response = await PostAsync("""{"inputs":"a"}""");

        await IsProblemAsync(response, HttpStatusCode.TooManyRequests, "overloaded");
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task A_model_whose_version_is_damaged_is_503_with_a_time_to_try_again()
    {
        _models.Broken["v1"] = true;

        using var response = await PostAsync("""{"inputs":"a"}""");

        await IsProblemAsync(response, HttpStatusCode.ServiceUnavailable, "damaged-in-storage");
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task A_name_that_can_be_no_model_is_404()
    {
        using var response = await _app.Http.PostAsync("/api/models/No%2FModel/classify", new StringContent("""{"inputs":"a"}"""), Cancel);

        await IsProblemAsync(response, HttpStatusCode.NotFound, "no-such-model");
    }

    [Theory]
    [InlineData("/api/models")]
    [InlineData("/api/models/spam")]
    [InlineData("/api/runs")]
    [InlineData("/api/runs/spam-0123456789ab")]
    [InlineData("/api/runs/spam-0123456789ab/events")]
    [InlineData("/api/health")]
    public async Task Storage_out_of_reach_is_503_with_a_time_to_try_again(string path)
    {
        using var response = await _app.Http.GetAsync(path, Cancel);

        await IsProblemAsync(response, HttpStatusCode.ServiceUnavailable, "storage-unavailable");
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task Without_its_storage_a_model_in_memory_still_answers()
    {
        await AnswerAsync("""{"inputs":"a"}""");
        _models.PointerFailure = new IOException("no route");

        await AnswerAsync("""{"inputs":"a"}""");
    }

    [Theory]
    [InlineData("GET", "/nowhere", HttpStatusCode.NotFound)]
    [InlineData("GET", "/api/models/spam/classify", HttpStatusCode.MethodNotAllowed)]
    public async Task Unknown_paths_and_methods_are_problem_details_too(string method, string path, HttpStatusCode status)
    {
        using var response = await _app.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), Cancel);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
    }

    private Task<HttpResponseMessage> PostAsync(string body) =>
        _app.Http.PostAsync("/api/models/spam/classify", new StringContent(body, Encoding.UTF8, "application/json"), Cancel);

    private async Task<JsonNode> AnswerAsync(string body)
    {
        using var response = await PostAsync(body);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<JsonNode>(Cancel))!;
    }

    private static async Task<string> IsProblemAsync(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        var problem = (await response.Content.ReadFromJsonAsync<JsonNode>(Cancel))!;
        Assert.Equal(code, (string?)problem["code"]);
        Assert.Equal((int)status, (int)problem["status"]!);
        Assert.NotEmpty((string)problem["detail"]!);
        Assert.NotEmpty((string)problem["fix"]!);
        return (string)problem["detail"]!;
    }
}
