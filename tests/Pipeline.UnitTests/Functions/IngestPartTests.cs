using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Functions.Ingestion.FanOut;
using Pipeline.Tests.Shared;

namespace Pipeline.UnitTests.Functions;

/// <summary>The calls that the Functions host makes for a message of a queue.</summary>
public sealed class IngestPartTests : IAsyncLifetime
{
    private const string Request = """{"run_id":"spam-0123456789ab","step":"scan","part":3}""";

    private readonly Recording _handler = new();
    private RunningFunctions _app = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        _app = await RunningFunctions.StartAsync(configure: b => b.Services.AddSingleton<IPartHandler>(_handler));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Theory]
    [InlineData("IngestPart", "did")]
    [InlineData("GiveUpPart", "gave up")]
    public async Task A_message_that_is_encoded_twice_is_unwrapped_and_handed_on(string function, string done)
    {
        using var response = await PostAsync(function, JsonValue.Create(JsonValue.Create(Request).ToJsonString()));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains($"{done} spam-0123456789ab/scan/3", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"step":"scan"}""")]
    [InlineData("""{"run_id":"spam-0123456789ab","step":"dance"}""")]
    [InlineData("""{"run_id":"spam-0123456789ab","step":"scan","part":-1}""")]
    public async Task A_message_that_is_no_request_fails_the_invocation(string message)
    {
        using var response = await PostAsync("IngestPart", JsonValue.Create(message));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task A_step_that_fails_is_answered_so_that_the_message_comes_again()
    {
        _handler.Failure = new IOException("The disk is full.");

        using var response = await PostAsync("IngestPart", JsonValue.Create(Request));

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Contains("The disk is full.", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> PostAsync(string function, JsonNode message)
    {
        var envelope = new JsonObject { ["Data"] = new JsonObject { ["message"] = message }, ["Metadata"] = new JsonObject { ["DeliveryCount"] = "1" } };
        return _app.Http.PostAsync($"/{function}", new StringContent(envelope.ToJsonString(), Encoding.UTF8, "application/json"), Cancel);
    }

    private sealed class Recording : IPartHandler
    {
        public Exception? Failure { get; set; }

        public Task<string> HandleAsync(PartRequest request, CancellationToken cancellationToken) =>
            Failure is null ? Task.FromResult($"did {request.MessageId}") : Task.FromException<string>(Failure);

        public Task<string> GiveUpAsync(PartRequest request, CancellationToken cancellationToken) => Task.FromResult($"gave up {request.MessageId}");
    }
}
