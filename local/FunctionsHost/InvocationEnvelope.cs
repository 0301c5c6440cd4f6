using System.Globalization;
using System.Text.Json.Nodes;

namespace Pipeline.Local.FunctionsHost;

/// <summary>The body that the Functions host posts to a custom handler.</summary>
internal static class InvocationEnvelope
{
    /// <summary>Wraps an Event Grid event: it stands under the binding's name as a plain object, not as a string.</summary>
    public static JsonObject ForEventGrid(FunctionDefinition function, JsonObject gridEvent, Guid invocationId, DateTimeOffset now) => new()
    {
        ["Data"] = new JsonObject { [function.Binding] = gridEvent.DeepClone() },
        ["Metadata"] = new JsonObject
        {
            ["data"] = gridEvent["data"]?.DeepClone(),
            ["sys"] = new JsonObject
            {
                ["MethodName"] = function.Name,
                ["UtcNow"] = now.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
                ["RandGuid"] = invocationId.ToString(),
            },
        },
    };
}
