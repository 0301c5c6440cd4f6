using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Pipeline.UnitTests.Functions;

/// <summary>
/// What the Azure Functions host sends to a custom handler, put together by its rules (azure-functions-host, <c>src/WebJobs.Script/Workers/Http</c> and
/// <c>ScriptInvocationContextExtensions</c>): an object stays one; everything else, text, numbers, lists and null, is written as JSON and then sent as
/// a string; bytes become Base64; a point in time becomes a string of its own.
/// </summary>
internal sealed class HostRequest
{
    private readonly JsonObject _data = [];
    private readonly JsonObject _metadata = [];

    public HostRequest(string function)
    {
        Function = function;
        // The WebJobs SDK adds it to each invocation's binding data.
        _metadata["sys"] = new JsonObject { ["MethodName"] = function, ["UtcNow"] = "2026-11-26T22:45:00.1234567Z", ["RandGuid"] = "24ad4c06-24ad-4e5b-8294-3da9714877e9" };
    }

    public string Function { get; }

    /// <summary>The value of the trigger's binding. The text of a JSON object puts its properties into the metadata too, as the host does.</summary>
    public HostRequest With(string binding, object? value)
    {
        _data[binding] = Sent(value);
        if (value is not string text || !text.TrimStart().StartsWith('{'))
            return this;
        try
        {
            foreach (var (name, property) in JsonNode.Parse(text)!.AsObject())
            {
                if (property is JsonObject o)
                    _metadata[name] = o.DeepClone();
                else if (property is JsonValue v)
                    _metadata[name] = Sent(v.ToString());
            }
        }
        catch (System.Text.Json.JsonException)
        {
            // The host does without.
        }

        return this;
    }

    /// <summary>A binding's datum.</summary>
    public HostRequest Told(string name, object? value)
    {
        _metadata[name] = Sent(value);
        return this;
    }

    /// <summary>What a message of Service Bus is told of.</summary>
    public HostRequest ToldOfMessage(int deliveryCount, JsonObject? applicationProperties = null) => this
        .Told("DeliveryCount", deliveryCount)
        .Told("LockToken", "c9a646d1-6ea6-4b8c-90ba-0b1d1f0f8f11")
        .Told("MessageId", "spam-0123456789ab")
        .Told("SequenceNumber", 7L)
        .Told("EnqueuedTimeUtc", new DateTime(2026, 11, 26, 22, 45, 0, DateTimeKind.Utc))
        .Told("ContentType", "application/json")
        .Told("ApplicationProperties", applicationProperties ?? []);

    /// <summary>The function's own retry policy calls again.</summary>
    public HostRequest Retried(int count)
    {
        _metadata["RetryContext"] = new JsonObject
        {
            ["RetryCount"] = count, ["MaxRetryCount"] = 5,
            ["Exception"] = new JsonObject { ["ClassName"] = "System.Exception", ["Message"] = "Response status code does not indicate success: 500.", ["InnerException"] = null },
        };
        return this;
    }

    /// <summary>Sends it as the host does: chunked, with its headers.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpClient http, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["Data"] = _data.DeepClone(), ["Metadata"] = _metadata.DeepClone() };
        return SendAsync(http, Function, Encoding.UTF8.GetBytes(body.ToJsonString()), cancellationToken);
    }

    /// <summary>Sends any body with the host's headers.</summary>
    public static Task<HttpResponseMessage> SendAsync(HttpClient http, string function, byte[] body, CancellationToken cancellationToken)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/json; charset=utf-8");
        var request = new HttpRequestMessage(HttpMethod.Post, "/" + function) { Content = content };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.Add("X-Azure-Functions-HostVersion", "4.1037.0.0");
        request.Headers.Add("X-Azure-Functions-InvocationId", "800ae4b3-bdd2-4c08-badd-f08e5a34b865");
        request.Headers.UserAgent.ParseAdd("Azure-Functions-Host/4.1037.0.0");
        return http.SendAsync(request, cancellationToken);
    }

    private static JsonNode Sent(object? value) => value switch
    {
        null => "null",
        JsonObject o => o.DeepClone(),
        byte[] bytes => Convert.ToBase64String(bytes),
        DateTime time => time.ToString("O", CultureInfo.InvariantCulture),
        JsonArray list => list.ToJsonString(),
        _ => JsonValue.Create(value)!.ToJsonString(),
    };
}
