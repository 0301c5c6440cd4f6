using System.Text.Json;
using Pipeline.Functions.Api.Validate;

namespace Pipeline.Functions.Api;

/// <summary>The body of a request by which a person decides something: nothing, or an object whose values are texts.</summary>
internal static class TextProperties
{
    private const int MaxBodyBytes = 64 * 1024;
    private const int MaxLength = 1_000;

    /// <summary>Reads it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="known">Names of the properties that it may have.</param>
    /// <param name="shape">What to send instead of what cannot be read.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>Values by name; without those that are null or blank.</returns>
    /// <exception cref="RefusedRequestException">The body is something else; says what to send.</exception>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(
        HttpRequest request, string[] known, string shape, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await new BoundedBody(request.Body, MaxBodyBytes, () => TooLarge(shape)).CopyToAsync(body, cancellationToken);
        if (body.Length == 0)
            return new Dictionary<string, string>();
        try
        {
            using var document = JsonDocument.Parse(body.GetBuffer().AsMemory(0, (int)body.Length));
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw Bad("bad-request", $"The body is {JsonWords.Kind(document.RootElement)}, not an object.");
            return Read(document.RootElement);
        }
        catch (JsonException e)
        {
            throw Bad("bad-json", $"The body is not JSON: {e.Message}");
        }

        Dictionary<string, string> Read(JsonElement root)
        {
            var values = new Dictionary<string, string>();
            foreach (var property in root.EnumerateObject())
            {
                var name = JsonWords.Name(property);
                if (name is null || !known.Contains(name))
                    throw Bad("unknown-property", $"The property '{name}' is not known.");
                if (property.Value.ValueKind == JsonValueKind.Null)
                    continue;
                if (property.Value.ValueKind != JsonValueKind.String)
                    throw Bad("bad-request", $"'{name}' is {JsonWords.Kind(property.Value)}; it must be a text.");
                var text = JsonWords.Text(property.Value)?.Trim() ?? throw Bad("bad-request", $"'{name}' has bytes or half a surrogate pair that are no character.");
                if (text.Length > MaxLength)
                    throw Bad("bad-request", $"'{name}' has {text.Length} characters; {MaxLength} are allowed.");
                if (text.Length > 0)
                    values[name] = text;
            }

            return values;
        }

        RefusedRequestException Bad(string code, string detail) => new(StatusCodes.Status400BadRequest, code, detail, shape);
    }

    private static RefusedRequestException TooLarge(string shape) => new(
        StatusCodes.Status413PayloadTooLarge, "body-too-large", $"The body has more than {MaxBodyBytes} bytes.", shape);
}
