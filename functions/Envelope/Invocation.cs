using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pipeline.Functions.Envelope;

/// <summary>What the Functions host posts to <c>/{FunctionName}</c> for a trigger that is not HTTP: <c>{"Data": {binding: value}, "Metadata": {…}}</c>.</summary>
internal sealed class Invocation
{
    private const string Properties = "ApplicationProperties";
    private const string Deliveries = "DeliveryCount";
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
    /// <param name="metadata">What the host tells beside it; a text may be JSON.</param>
    public static Invocation Of(string name, string value, IReadOnlyDictionary<string, object?> metadata)
    {
        var data = new JsonObject { [name] = value };
        var told = new JsonObject();
        foreach (var known in new[] { Properties, Deliveries })
            told[known] = metadata.GetValueOrDefault(known) is { } of ? Convert.ToString(of, CultureInfo.InvariantCulture) : null;
        return new Invocation(JsonElement.Parse(data.ToJsonString()), JsonElement.Parse(told.ToJsonString()));
    }

    /// <summary>How often the message that triggered the function was delivered, this time included; 1 where the host tells of no number.</summary>
    public int DeliveryCount => Metadata(Deliveries) switch
    {
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt32(out var count) => count,
        // Numbers are sent as text, as everything is that is no object.
        { ValueKind: JsonValueKind.String } text when int.TryParse(text.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var count) => count,
        _ => 1,
    };

    /// <summary>The broker's reason for giving the message up, in a word; null where the host tells of none.</summary>
    public string? DeadLetterReason => ApplicationProperty("DeadLetterReason");

    /// <summary>The same in a sentence.</summary>
    public string? DeadLetterDescription => ApplicationProperty("DeadLetterErrorDescription");

    /// <summary>The value of a binding as it came.</summary>
    /// <param name="name">The binding's name in <c>function.json</c>.</param>
    /// <exception cref="EnvelopeException">There is no such binding.</exception>
    public string Text(string name) => Value(name).GetRawText();

    /// <summary>The value of a binding. The host encodes some values once more as a string; those are unwrapped.</summary>
    /// <param name="name">The binding's name in <c>function.json</c>.</param>
    /// <exception cref="EnvelopeException">There is no such binding, or its text is no JSON.</exception>
    public JsonElement Json(string name)
    {
        var value = Value(name);
        while (value.ValueKind == JsonValueKind.String)
            value = Unwrap(name, value.GetString()!);
        return value;
    }

    /// <summary>The same where it must be an object.</summary>
    /// <exception cref="EnvelopeException">There is no such binding, or its value is no object.</exception>
    public JsonElement Object(string name)
    {
        var value = Json(name);
        return value.ValueKind == JsonValueKind.Object
            ? value
            : throw new EnvelopeException($"The binding '{name}' is a JSON {value.ValueKind}, not an object.");
    }

    // The Service Bus extension puts the message's application properties among the binding data, and the host writes that as an object. The
    // reasons of a dead letter are among them and have no keys of their own.
    private string? ApplicationProperty(string name)
    {
        var properties = Metadata(Properties);
        try
        {
            while (properties.ValueKind == JsonValueKind.String)
                properties = Unwrap(Properties, properties.GetString()!);
        }
        catch (EnvelopeException)
        {
            // The message itself can be read, and is worth more than a reason.
            return null;
        }

        return properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
    }

    private JsonElement Value(string name) => _data.TryGetProperty(name, out var value)
        ? value
        : throw new EnvelopeException($"The envelope's 'Data' has no binding '{name}'. The name must be the one in function.json.");

    private JsonElement Metadata(string name) =>
        _metadata.ValueKind == JsonValueKind.Object && _metadata.TryGetProperty(name, out var value) ? value : default;

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
