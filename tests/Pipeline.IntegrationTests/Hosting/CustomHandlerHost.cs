using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Pipeline.Local.FunctionsHost;
using Pipeline.Tests.Shared;

namespace Pipeline.IntegrationTests.Hosting;

/// <summary>The app as a custom handler: envelopes for triggers, and HTTP as it comes.</summary>
internal sealed class CustomHandlerHost : IFunctionsHost
{
    private static readonly Uri Anywhere = new("http://127.0.0.1/");

    private readonly IAsyncDisposable _program;

    private CustomHandlerHost(IAsyncDisposable program, HttpClient http) => (_program, Http) = (program, http);

    public HttpClient Http { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Starts the app in this process.</summary>
    public static async Task<CustomHandlerHost> StartAsync(string account, params string[] settings)
    {
        var app = await RunningFunctions.StartAsync(account, null, settings);
        return new CustomHandlerHost(app, app.Http);
    }

    /// <summary>Starts the app as native code.</summary>
    public static async Task<CustomHandlerHost> StartNativeAsync(string account, params string[] settings)
    {
        var program = await NativeProgram.StartAsync(account, settings);
        return new CustomHandlerHost(program, program.Http);
    }

    // The event comes as a message, like any other.
    public Task<FunctionOutcome> DropAsync(string function, string container, string blob) =>
        DeliverAsync(function, BlobCreatedEvent.For(new DroppedBlob(container, blob, "0x1", 1, null, DateTimeOffset.UnixEpoch), Anywhere).ToJsonString());

    // The host encodes text once more as JSON.
    public Task<FunctionOutcome> DeliverAsync(string function, string message, IReadOnlyDictionary<string, string>? properties = null, int deliveryCount = 1)
    {
        var metadata = new JsonObject { ["DeliveryCount"] = JsonValue.Create(deliveryCount).ToJsonString() };
        if (properties is not null)
            metadata["ApplicationProperties"] = new JsonObject(properties.Select(p => KeyValuePair.Create<string, JsonNode?>(p.Key, p.Value)));
        return InvokeAsync(function, new JsonObject { ["message"] = JsonValue.Create(message).ToJsonString() }, metadata);
    }

    public Task<FunctionOutcome> TickAsync(string function) => InvokeAsync(function, new JsonObject { ["timer"] = new JsonObject() });

    public ValueTask DisposeAsync() => _program.DisposeAsync();

    private async Task<FunctionOutcome> InvokeAsync(string function, JsonObject data, JsonObject? metadata = null)
    {
        using var response = await Http.PostAsJsonAsync($"/{function}", new JsonObject { ["Data"] = data, ["Metadata"] = metadata ?? [] }, Cancel);
        var answer = (await response.Content.ReadFromJsonAsync<JsonNode>(Cancel))!;
        return response.IsSuccessStatusCode ? FunctionOutcome.Success : new FunctionOutcome((string?)answer["detail"]);
    }
}
