using System.Text.Json.Serialization;

namespace Pipeline.Functions.Envelope;

/// <summary>
/// The answer to an <see cref="Invocation"/>. The host takes 2xx with such an object for success. An empty body would leave the
/// invocation open until its timeout, so every answer is written through this type.
/// </summary>
/// <param name="Logs">Lines for the invocation's log.</param>
internal sealed record InvocationResult([property: JsonPropertyName("Logs")] IReadOnlyList<string> Logs)
{
    /// <summary>Values for output bindings, by name. There are none: the training request is sent by ingest itself.</summary>
    [JsonPropertyName("Outputs")]
    public IReadOnlyDictionary<string, object> Outputs { get; } = new Dictionary<string, object>();

    /// <summary>Always null, and written as such.</summary>
    [JsonPropertyName("ReturnValue"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public object? ReturnValue { get; }
}
