using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pipeline.Functions.Envelope;
using Pipeline.Functions.Ingestion.FanOut;
using Pipeline.Functions.Scoring;
using Pipeline.Functions.Serving;
using Pipeline.Tests.Shared;
using Pipeline.UnitTests.Serving;

namespace Pipeline.UnitTests.Functions;

/// <summary>The requests of the Azure Functions host, as it makes them, and what each is answered.</summary>
public sealed class HostReplayTests(HostReplayTests.Handler handler) : IClassFixture<HostReplayTests.Handler>
{
    private const string Part = """{"run_id":"spam-0123456789ab","step":"scan","part":3}""";

    private HttpClient Http => handler.App.Http;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static object?[] Unreadable => [null, 7, true, new JsonArray(JsonNode.Parse(Part)), "no JSON", "", Encoding.UTF8.GetBytes(Part)];

    public static TheoryData<string> Events => ["IngestDataset", "ReceiveFile", "GiveUpUpload", "GiveUpInboxUpload"];

    public static TheoryData<string> Messages => ["IngestPart", "GiveUpPart"];

    [Theory]
    [MemberData(nameof(Events))]
    public async Task An_event_comes_as_its_text_encoded_twice_or_where_the_host_reads_json_as_an_object_or_in_a_list(string function)
    {
        var e = Event(function);
        foreach (var value in new object[] { e.ToJsonString(), e, JsonValue.Create(e.ToJsonString())!.ToJsonString(), $"[{e.ToJsonString()}]" })
            Assert.EndsWith("spam.csv.", await LogAsync(new HostRequest(function).With("message", value).ToldOfMessage(3)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GiveUpUpload", "datasets")]
    [InlineData("GiveUpInboxUpload", "inbox")]
    public async Task An_upload_that_was_given_up_comes_with_the_brokers_reason(string function, string container)
    {
        var reason = new JsonObject { ["DeadLetterReason"] = "MaxDeliveryCountExceeded", ["DeadLetterErrorDescription"] = "Ten were too few." };
        var request = new HostRequest(function).With("message", Event(function).ToJsonString()).ToldOfMessage(11, reason);

        Assert.Equal("Gave up spam.csv.", await LogAsync(request));
        var given = handler.Notes.GivenUp.Last(u => u.Event.Container == container);
        Assert.Equal(("0x8D4BCC2E4835CD0", 524_288, DateTimeOffset.Parse("2026-11-26T22:45:00.1234567Z", CultureInfo.InvariantCulture)), (given.Event.ETag, given.Event.SizeBytes, given.Event.At));
        Assert.Equal("the queue gave up its message (MaxDeliveryCountExceeded). Ten were too few.", given.Why);
    }

    [Theory]
    [InlineData("IngestDataset", "models")]
    [InlineData("GiveUpUpload", "inbox")]
    [InlineData("ReceiveFile", "datasets")]
    [InlineData("GiveUpInboxUpload", "outbox")]
    public async Task An_event_that_is_not_ours_is_passed_over(string function, string container)
    {
        var e = Event(function);
        e["subject"] = $"/blobServices/default/containers/{container}/blobs/spam.csv";

        Assert.StartsWith("Passed over", await LogAsync(new HostRequest(function).With("message", e.ToJsonString()).ToldOfMessage(1)), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public async Task A_message_comes_as_its_text_encoded_twice_or_where_the_host_reads_json_as_an_object(string function)
    {
        foreach (var value in new object[] { Part, JsonNode.Parse(Part)!.AsObject(), JsonValue.Create(Part)!.ToJsonString() })
            Assert.EndsWith("spam-0123456789ab/scan/3", await LogAsync(new HostRequest(function).With("message", value).ToldOfMessage(1)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_host_tells_beside_a_message_changes_nothing_and_neither_does_a_retry()
    {
        var request = new HostRequest("IngestPart").With("message", Part).ToldOfMessage(4).Retried(2);

        Assert.Equal("did spam-0123456789ab/scan/3", await LogAsync(request));
        Assert.Equal("did spam-0123456789ab/scan/3", await LogAsync(request));
    }

    [Fact]
    public async Task A_file_is_a_message_too()
    {
        const string File = """{"blob":"spam/a.csv","e_tag":"0x1","slice":0,"blocks":0}""";

        Assert.StartsWith("scored spam/a.csv", await LogAsync(new HostRequest("ScoreFile").With("message", File).ToldOfMessage(1)), StringComparison.Ordinal);
        Assert.StartsWith("gave up spam/a.csv", await LogAsync(new HostRequest("GiveUpFile").With("message", File).ToldOfMessage(1)), StringComparison.Ordinal);
    }

    // Null, a number, a list and bytes are no message, whatever form the host gives them. The broker delivers again, and gives up in the end.
    [Theory]
    [InlineData("IngestDataset")]
    [InlineData("ReceiveFile")]
    [InlineData("IngestPart")]
    [InlineData("ScoreFile")]
    public async Task What_is_no_object_fails_the_invocation_with_a_reason(string function)
    {
        foreach (var value in Unreadable)
        {
            using var response = await new HostRequest(function).With("message", value).ToldOfMessage(1).SendAsync(Http, Cancel);
            await IsUnreadableAsync(response);
        }
    }

    // Nothing gives up what a dead-letter queue holds.
    [Theory]
    [InlineData("GiveUpUpload")]
    [InlineData("GiveUpInboxUpload")]
    [InlineData("GiveUpPart")]
    [InlineData("GiveUpFile")]
    [InlineData("GiveUpRun")]
    public async Task What_is_no_object_is_dropped_from_a_dead_letter_queue_after_it_was_logged_whole(string function)
    {
        foreach (var value in Unreadable)
        {
            var log = await LogAsync(new HostRequest(function).With("message", value).ToldOfMessage(1));
            Assert.StartsWith("Dropped a message that cannot be read", log, StringComparison.Ordinal);
        }

        var lines = handler.Log.Lines.Where(line => line.Category == $"Pipeline.Functions.{function}" && line.Message.Contains("drops a message", StringComparison.Ordinal)).ToArray();
        Assert.Equal(Unreadable.Length, lines.Length);
        Assert.All(lines, line => Assert.Equal(LogLevel.Error, line.Level));
        Assert.Contains(lines, line => line.Message.Contains("no JSON", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("IngestDataset")]
    [InlineData("ReceiveFile")]
    [InlineData("GiveUpUpload")]
    [InlineData("GiveUpInboxUpload")]
    [InlineData("IngestPart")]
    [InlineData("GiveUpPart")]
    [InlineData("ScoreFile")]
    [InlineData("GiveUpFile")]
    [InlineData("GiveUpRun")]
    public async Task No_body_and_a_body_that_is_no_envelope_fail_the_invocation_with_a_reason(string function)
    {
        foreach (var body in new[] { "", "null", "[]", "\"Data\"", "{}", """{"Data":null,"Metadata":{}}""", """{"Data":{},"Metadata":{}}""", """{"data":{"message":{}}}""", """{"Data":{"event":{}}}""" })
        {
            using var response = await HostRequest.SendAsync(Http, function, Encoding.UTF8.GetBytes(body), Cancel);
            await IsUnreadableAsync(response);
        }
    }

    [Fact]
    public async Task A_timer_is_called_with_its_schedule()
    {
        var timer = new JsonObject
        {
            ["Schedule"] = new JsonObject { ["AdjustForDST"] = true },
            ["ScheduleStatus"] = new JsonObject { ["Last"] = "2026-11-25T00:30:00+00:00", ["Next"] = "2026-11-26T00:30:00+00:00", ["LastUpdated"] = "2026-11-25T00:30:00+00:00" },
            ["IsPastDue"] = false,
        };

        Assert.Contains("Learning from use is off", await LogAsync(new HostRequest("WatchDrift").With("timer", timer)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_is_an_object_with_outputs_logs_and_a_return_value_because_an_empty_one_would_hang_the_invocation()
    {
        using var response = await new HostRequest("IngestPart").With("message", Part).ToldOfMessage(1).SendAsync(Http, Cancel);

        var answer = (await response.Content.ReadFromJsonAsync<JsonObject>(Cancel))!;
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(["Logs", "Outputs", "ReturnValue"], answer.Select(p => p.Key).Order());
        Assert.Empty(answer["Outputs"]!.AsObject());
    }

    [Fact]
    public async Task The_host_finds_the_handler_ready_whatever_it_answers()
    {
        using var response = await Http.GetAsync("/", Cancel);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    // A proxied request has the host's own address as its Host, the caller's in headers, the key perhaps in the query, and an invocation id.
    [Theory]
    [InlineData("POST", "/api/models/spam/classify?code=the-key", """{"inputs":"hello"}""", 200)]
    [InlineData("POST", "/api/models/spam/classify?code=the-key&clientId=default", """{"inputs":[]}""", 400)]
    [InlineData("GET", "/api/options.schema.json?code=the-key", null, 200)]
    [InlineData("GET", "/api/nothing", null, 404)]
    public async Task A_proxied_request_is_answered_as_one_that_came_directly(string method, string path, string? body, int status)
    {
        var (proxied, directly) = (await ProxiedAsync(method, path, body, isProxied: true), await ProxiedAsync(method, path, body, isProxied: false));

        Assert.Equal(status, (int)proxied.Status);
        Assert.Equal(directly, proxied);
    }

    [Theory]
    [InlineData("X-Forwarded-Host", "evil.example")]
    [InlineData("X-Forwarded-Proto", "ftp")]
    [InlineData("X-Forwarded-For", "not an address, 10.0.0.1")]
    [InlineData("X-Original-URL", "/api/runs/spam/cancel")]
    [InlineData("DISGUISED-HOST", "evil.example")]
    public async Task What_a_caller_writes_into_the_headers_of_proxies_decides_nothing(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/options.schema.json");
        request.Headers.TryAddWithoutValidation(header, value);
        using var response = await Http.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.DoesNotContain("evil.example", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.DoesNotContain(response.Headers, h => h.Value.Any(v => v.Contains("evil.example", StringComparison.Ordinal)));
    }

    private async Task<(HttpStatusCode Status, string? Type, string Body)> ProxiedAsync(string method, string path, string? body, bool isProxied)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (isProxied)
        {
            request.Headers.Host = "127.0.0.1";
            request.Headers.TransferEncodingChunked = body is null ? null : true;
            request.Headers.Add("x-ms-invocation-id", "800ae4b3-bdd2-4c08-badd-f08e5a34b865");
            request.Headers.Add("X-Forwarded-For", "203.0.113.7:51234");
            request.Headers.Add("X-Forwarded-Host", "functions.example.azurecontainerapps.io");
            request.Headers.Add("X-Forwarded-Proto", "https");
            request.Headers.Add("X-Original-URL", path);
            request.Headers.Add("x-functions-key", "the-key");
            request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        }

        using var response = await Http.SendAsync(request, Cancel);
        var answer = await response.Content.ReadAsStringAsync(Cancel);
        // A trace's id is each request's own.
        if (answer.StartsWith('{') && JsonNode.Parse(answer) is JsonObject o)
        {
            foreach (var own in o.Select(p => p.Key).Where(name => name.StartsWith("trace", StringComparison.Ordinal)).ToArray())
                o.Remove(own);
            answer = o.ToJsonString();
        }

        return (response.StatusCode, response.Content.Headers.ContentType?.MediaType, answer);
    }

    private async Task<string> LogAsync(HostRequest request)
    {
        using var response = await request.SendAsync(Http, Cancel);
        var answer = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(response.StatusCode == HttpStatusCode.OK, answer);
        return (string)Assert.Single(JsonNode.Parse(answer)!["Logs"]!.AsArray())!;
    }

    private static async Task IsUnreadableAsync(HttpResponseMessage response)
    {
        var problem = (await response.Content.ReadFromJsonAsync<JsonNode>(Cancel))!;
        Assert.Equal((HttpStatusCode.BadRequest, "bad-envelope"), (response.StatusCode, (string?)problem["code"]));
        Assert.NotEmpty((string)problem["detail"]!);
    }

    private static JsonObject Event(string function) => new()
    {
        ["id"] = "831e1650-001e-001b-66ab-eeb76e069631",
        ["topic"] = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/st",
        ["subject"] = $"/blobServices/default/containers/{(function is "ReceiveFile" or "GiveUpInboxUpload" ? "inbox" : "datasets")}/blobs/spam.csv",
        ["eventType"] = "Microsoft.Storage.BlobCreated",
        ["eventTime"] = "2026-11-26T22:45:00.1234567Z",
        ["data"] = new JsonObject { ["api"] = "PutBlob", ["eTag"] = "0x8D4BCC2E4835CD0", ["contentType"] = "text/csv", ["contentLength"] = 524_288, ["blobType"] = "BlockBlob", ["url"] = "https://st.blob.core.windows.net/datasets/spam.csv" },
        ["dataVersion"] = "",
        ["metadataVersion"] = "1",
    };

    /// <summary>The program, with handlers that only take notes.</summary>
    public sealed class Handler : IAsyncLifetime
    {
        internal RunningFunctions App { get; private set; } = null!;

        internal TakenNotes Notes { get; } = new();

        internal RecordedLog Log { get; } = new();

        public async ValueTask InitializeAsync()
        {
            var models = new FakeModelSource();
            models.Publish("spam", "v1");
            App = await RunningFunctions.StartAsync(configure: b =>
            {
                b.Logging.AddProvider(Log);
                b.Services.AddSingleton<IModelSource>(models).AddSingleton<IDropHandler>(Notes).AddSingleton<IInboxHandler>(Notes)
                    .AddSingleton<IPartHandler>(Notes).AddSingleton<IScoreHandler>(Notes);
            });
        }

        public ValueTask DisposeAsync() => App?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    internal sealed class TakenNotes : IInboxHandler, IPartHandler, IScoreHandler
    {
        public ConcurrentQueue<DeadUpload> GivenUp { get; } = new();

        public Task<string> HandleAsync(string blob, CancellationToken cancellationToken) => Task.FromResult($"Took {blob}.");

        public Task<string> GiveUpAsync(DeadUpload upload, CancellationToken cancellationToken)
        {
            GivenUp.Enqueue(upload);
            return Task.FromResult($"Gave up {upload.Event.Blob}.");
        }

        public Task<string> HandleAsync(PartRequest request, CancellationToken cancellationToken) => Task.FromResult($"did {request.MessageId}");

        public Task<string> GiveUpAsync(PartRequest request, CancellationToken cancellationToken) => Task.FromResult($"gave up {request.MessageId}");

        public Task<string> HandleAsync(ScoreRequest request, CancellationToken cancellationToken) => Task.FromResult($"scored {request.Blob}");

        public Task<string> GiveUpAsync(ScoreRequest request, CancellationToken cancellationToken) => Task.FromResult($"gave up {request.Blob}");
    }
}
