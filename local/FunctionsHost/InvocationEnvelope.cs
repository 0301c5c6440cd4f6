using System.Globalization;
using System.Text.Json.Nodes;
using Pipeline.Core.Messaging;

namespace Pipeline.Local.FunctionsHost;

/// <summary>The body that the Functions host posts to a custom handler.</summary>
internal static class InvocationEnvelope
{
    /// <summary>Wraps a message of a queue: its body is a string and, as every string, encoded as JSON once more; so is text in the metadata.</summary>
    public static JsonObject ForMessage(FunctionDefinition function, IMessageDelivery message, Guid invocationId, DateTimeOffset now) => new()
    {
        ["Data"] = new JsonObject { [function.Binding] = Encoded(message.Body) },
        ["Metadata"] = new JsonObject
        {
            ["MessageId"] = Encoded(message.MessageId),
            ["DeliveryCount"] = message.DeliveryCount.ToString(CultureInfo.InvariantCulture),
            ["ContentType"] = Encoded("application/json"),
            ["ApplicationProperties"] = new JsonObject(message.ApplicationProperties.Select(p => KeyValuePair.Create<string, JsonNode?>(p.Key, p.Value))),
            ["sys"] = Sys(function, invocationId, now),
        },
    };

    /// <summary>Wraps a tick of a timer: what the host knows of its schedule, as a plain object.</summary>
    public static JsonObject ForTimer(FunctionDefinition function, Guid invocationId, DateTimeOffset now) => new()
    {
        ["Data"] = new JsonObject { [function.Binding] = new JsonObject { ["Schedule"] = new JsonObject { ["AdjustForDST"] = true }, ["IsPastDue"] = false } },
        ["Metadata"] = new JsonObject { ["sys"] = Sys(function, invocationId, now) },
    };

    private static JsonObject Sys(FunctionDefinition function, Guid invocationId, DateTimeOffset now) => new()
    {
        ["MethodName"] = function.Name,
        ["UtcNow"] = now.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        ["RandGuid"] = invocationId.ToString(),
    };

    private static string Encoded(string text) => JsonValue.Create(text).ToJsonString();
}
