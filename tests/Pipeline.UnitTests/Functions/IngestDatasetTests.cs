using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Functions.Envelope;
using Pipeline.Tests.Shared;

namespace Pipeline.UnitTests.Functions;

/// <summary>The calls that the Functions host makes for a message with an event of Event Grid.</summary>
public sealed class IngestDatasetTests : IAsyncLifetime
{
    private readonly RecordingDropHandler _handler = new();
    private RunningFunctions _app = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        _app = await RunningFunctions.StartAsync(configure: b => b.Services.AddSingleton<IDropHandler>(_handler));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_dropped_dataset_is_handed_on_and_answered_as_the_host_expects()
    {
        using var response = await PostAsync(Envelope(Event()));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("""{"Logs":["Took spam.csv."],"Outputs":{},"ReturnValue":null}""", await Sorted(response));
        Assert.Equal(["spam.csv"], _handler.Blobs);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task An_event_that_is_encoded_as_a_string_again_and_again_is_unwrapped(int times)
    {
        JsonNode value = Event();
        for (var i = 0; i < times; i++)
            value = JsonValue.Create(value.ToJsonString());

        using var response = await PostAsync(Envelope(value));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["spam.csv"], _handler.Blobs);
    }

    [Fact]
    public async Task The_cloud_events_schema_is_read_too()
    {
        using var response = await PostAsync(Envelope(CloudEvent()));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["spam.csv"], _handler.Blobs);
    }

    // They matter to nobody but who gives an upload up.
    [Theory]
    [InlineData("contentLength", "\"many\"")]
    [InlineData("contentLength", "1.5")]
    [InlineData("contentLength", "null")]
    [InlineData("eTag", "7")]
    [InlineData("eTag", "{}")]
    public async Task A_size_or_version_that_cannot_be_read_keeps_nothing_from_being_taken_in(string field, string value)
    {
        var e = Event();
        e["data"]![field] = JsonNode.Parse(value);

        using var response = await PostAsync(Envelope(e));

        Assert.Equal(["spam.csv"], _handler.Blobs);
    }

    [Fact]
    public async Task A_list_of_one_event_is_taken_for_the_event()
    {
        foreach (var e in new[] { Event(), CloudEvent() })
        {
            // As a list, and as its text, which is what a message's body is.
            (await PostAsync(Envelope(new JsonArray(e.DeepClone())))).Dispose();
            (await PostAsync(Envelope(JsonValue.Create(new JsonArray(e.DeepClone()).ToJsonString())))).Dispose();
        }

        Assert.Equal(Enumerable.Repeat("spam.csv", 4), _handler.Blobs);
    }

    [Fact]
    public async Task A_name_with_folders_and_spaces_is_kept_as_it_is()
    {
        using var response = await PostAsync(Envelope(Event("news/blobs/my file.csv")));

        Assert.Equal(["news/blobs/my file.csv"], _handler.Blobs);
    }

    [Fact]
    public async Task The_same_event_again_is_handed_on_again()
    {
        for (var i = 0; i < 3; i++)
            (await PostAsync(Envelope(Event()))).Dispose();

        Assert.Equal(["spam.csv", "spam.csv", "spam.csv"], _handler.Blobs);
    }

    [Theory]
    [InlineData("eventType", "Microsoft.Storage.BlobDeleted")]
    [InlineData("subject", "/blobServices/default/containers/models/blobs/spam.csv")]
    [InlineData("subject", "/subscriptions/1/somewhere/else")]
    [InlineData("subject", "/blobServices/default/containers/datasets/blobs/")]
    public async Task An_event_that_is_no_dropped_dataset_is_passed_over_with_a_reason(string field, string value)
    {
        var e = Event();
        e[field] = value;

        await PassesOver(e);
    }

    [Theory]
    [InlineData("CreateFile")]
    [InlineData("SetBlobTier")]
    [InlineData("")]
    public async Task A_call_that_does_not_finish_the_content_is_passed_over(string api)
    {
        var e = Event();
        e["data"]!["api"] = api;

        await PassesOver(e);
    }

    [Theory]
    [InlineData("PutBlob")]
    [InlineData("PutBlockList")]
    [InlineData("CopyBlob")]
    [InlineData("FlushWithClose")]
    public async Task A_call_that_finishes_the_content_is_taken(string api)
    {
        var e = Event();
        e["data"]!["api"] = api;

        using var response = await PostAsync(Envelope(e));

        Assert.Single(_handler.Blobs);
    }

    [Fact]
    public async Task A_failure_is_answered_with_500_so_that_the_message_is_delivered_again()
    {
        _handler.Failure = new IOException("the queue is away");

        using var response = await PostAsync(Envelope(Event()));

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Contains("the queue is away", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"Data\":null}")]
    [InlineData("{\"Data\":{}}")]
    [InlineData("{\"Data\":{\"event\":{}}}")]
    [InlineData("{\"Data\":{\"message\":5}}")]
    [InlineData("{\"Data\":{\"message\":\"\"}}")]
    [InlineData("{\"Data\":{\"message\":\"no json\"}}")]
    [InlineData("{\"Data\":{\"message\":{}}}")]
    [InlineData("{\"Data\":{\"message\":\"[]\"}}")]
    [InlineData("{\"Data\":{\"message\":\"[{},{}]\"}}")]
    [InlineData("{\"Data\":{\"message\":{\"eventType\":\"Microsoft.Storage.BlobCreated\"}}}")]
    [InlineData("{\"Data\":{\"message\":")]
    public async Task A_body_that_is_no_envelope_is_a_failed_invocation_that_says_why(string body)
    {
        using var response = await PostAsync(Encoding.UTF8.GetBytes(body));

        await IsBadEnvelope(response);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_a_failed_invocation()
    {
        var bytes = new byte[4_096];
        new Random(7).NextBytes(bytes);

        using var response = await PostAsync(bytes);

        await IsBadEnvelope(response);
    }

    private async Task PassesOver(JsonObject e)
    {
        using var response = await PostAsync(Envelope(e));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("Passed over", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Empty(_handler.Blobs);
    }

    private async Task IsBadEnvelope(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!;
        Assert.Equal("bad-envelope", (string?)problem["code"]);
        Assert.NotEmpty((string)problem["detail"]!);
        Assert.Empty(_handler.Blobs);
    }

    private Task<HttpResponseMessage> PostAsync(JsonNode envelope) => PostAsync(Encoding.UTF8.GetBytes(envelope.ToJsonString()));

    // Chunked and without a length, as the host sends it.
    private Task<HttpResponseMessage> PostAsync(byte[] body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/IngestDataset") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.TransferEncodingChunked = true;
        return _app.Http.SendAsync(request, Cancel);
    }

    private static async Task<string> Sorted(HttpResponseMessage response)
    {
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!.AsObject();
        return JsonSerializer.Serialize(answer.OrderBy(p => p.Key, StringComparer.Ordinal).ToDictionary(p => p.Key, p => p.Value));
    }

    private static JsonObject Envelope(JsonNode e) => new()
    {
        ["Data"] = new JsonObject { ["message"] = e },
        ["Metadata"] = new JsonObject { ["DeliveryCount"] = "1", ["sys"] = new JsonObject { ["MethodName"] = "IngestDataset" } },
    };

    // CloudEvents 1.0, as Event Grid writes it of a storage account.
    private static JsonObject CloudEvent() => new()
    {
        ["specversion"] = "1.0",
        ["source"] = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/st",
        ["id"] = "831e1650-001e-001b-66ab-eeb76e069631",
        ["type"] = "Microsoft.Storage.BlobCreated",
        ["subject"] = "/blobServices/default/containers/datasets/blobs/spam.csv",
        ["time"] = "2026-11-23T12:00:00Z",
        ["data"] = Event()["data"]!.DeepClone(),
    };

    private static JsonObject Event(string blob = "spam.csv") => new()
    {
        ["id"] = "831e1650-001e-001b-66ab-eeb76e069631",
        ["subject"] = "/blobServices/default/containers/datasets/blobs/" + blob,
        ["eventType"] = "Microsoft.Storage.BlobCreated",
        ["eventTime"] = "2026-11-23T12:00:00Z",
        ["data"] = new JsonObject { ["api"] = "PutBlob", ["eTag"] = "0x8D4BCC2E4835CD0", ["contentLength"] = 524288 },
        ["dataVersion"] = "",
        ["metadataVersion"] = "1",
    };
}
