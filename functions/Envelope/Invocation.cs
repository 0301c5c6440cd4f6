using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pipeline.Functions.Envelope;

/// <summary>What the Functions host posts to <c>/{FunctionName}</c> for a trigger that is not HTTP: <c>{"Data": {binding: value}, "Metadata": {…}}</c>.</summary>
internal sealed class Invocation
{
    private const string Properties = "ApplicationProperties";
    private readonly JsonElement _data;
    private readonly JsonElement _metadata;

    private Invocation(JsonElement data, JsonElement metadata) => (_data, _metadata) = (data, metadata);

    /// <summary>Reads the envelope. The host sends it chunked, so its length is not known beforehand.</summary>
    /// <exception cref="EnvelopeException">The body is no envelope.</exception>
    public static async Task<Invocation> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("Data", out var data) && data.ValueKind == JsonValueKind.Object
                    ? new Invocation(data.Clone(), document.RootElement.TryGetProperty("Metadata", out var metadata) ? metadata.Clone() : default)
                    : throw new EnvelopeException("The body is JSON but has no object 'Data'.");
        }
        catch (JsonException e)
        {
            throw new EnvelopeException($"The body is not JSON: {e.Message}", e);
        }
    }

    /// <summary>The same from a host that hands over the binding's text itself, as it does to an isolated worker.</summary>
    /// <param name="name">The binding's name.</param>
    /// <param name="value">Its value.</param>
    /// <param name="applicationProperties">The message's application properties as a JSON object; null: the host tells of none.</param>
    public static Invocation Of(string name, string value, string? applicationProperties)
    {
        var data = new JsonObject { [name] = value };
        var metadata = new JsonObject { [Properties] = applicationProperties };
        return new Invocation(JsonSerializer.SerializeToElement(data), JsonSerializer.SerializeToElement(metadata));
    }

    /// <summary>The value of a binding, as an object. The host encodes some values once more as a string; those are unwrapped.</summary>
    /// <param name="name">The binding's name in <c>function.json</c>.</param>
    /// <exception cref="EnvelopeException">There is no such binding, or its value is no object.</exception>
    public JsonElement Object(string name)
    {
        if (!_data.TryGetProperty(name, out var value))
            throw new EnvelopeException($"The envelope's 'Data' has no binding '{name}'. The name must be the one in function.json.");
        while (value.ValueKind == JsonValueKind.String)
            value = Unwrap(name, value.GetString()!);
        return value.ValueKind == JsonValueKind.Object
            ? value
            : throw new EnvelopeException($"The binding '{name}' is a JSON {value.ValueKind}, not an object.");
    }

    /// <summary>
    /// An application property of the message that triggered the function; null where the host tells of none. The Service Bus extension puts them
    /// among the binding data as <c>ApplicationProperties</c>, and the host writes that as an object; <c>DeadLetterReason</c> has no key of its own.
    /// </summary>
    /// <param name="name">The property's name.</param>
    public string? ApplicationProperty(string name)
    {
        if (_metadata.ValueKind != JsonValueKind.Object || !_metadata.TryGetProperty(Properties, out var properties))
            return null;
        while (properties.ValueKind == JsonValueKind.String)
            properties = Unwrap(Properties, properties.GetString()!);
        return properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
    }

    private static JsonElement Unwrap(string name, string text)
    {
        try
        {
            using var inner = JsonDocument.Parse(text);
            return inner.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw new EnvelopeException($"The binding '{name}' is a string that holds no JSON: {e.Message}", e);
        }
    }
}

/// <summary>The host's envelope cannot be read.</summary>
internal sealed class EnvelopeException(string message, Exception? inner = null) : Exception(message, inner);
