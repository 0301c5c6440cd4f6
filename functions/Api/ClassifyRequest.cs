using System.Text.Json;
using Pipeline.Functions.Serving;

namespace Pipeline.Functions.Api;

/// <summary>The body of a classify request, checked.</summary>
/// <param name="Inputs">One text or more, none of them empty.</param>
/// <param name="Top">How many labels to give per text; null: all.</param>
internal sealed record ClassifyRequest(IReadOnlyList<string> Inputs, int? Top)
{
    private const string Shape = "Send {\"inputs\": \"a text\" or [\"a text\", …], \"top_k\": 1 or more (optional)}.";

    /// <summary>Reads a body.</summary>
    /// <exception cref="ClassifyRequestException">The body is not such a request; says what to change.</exception>
    public static async Task<ClassifyRequest> ReadAsync(Stream body, ServingOptions limits, CancellationToken cancellationToken)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
            return Of(document.RootElement, limits);
        }
        catch (JsonException e)
        {
            throw Bad("bad-json", $"The body is not JSON: {e.Message}");
        }
    }

    private static ClassifyRequest Of(JsonElement root, ServingOptions limits)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw Bad("bad-request", $"The body is {Kind(root)}, not an object.");
        IReadOnlyList<string>? inputs = null;
        int? top = null;
        foreach (var property in root.EnumerateObject())
        {
            switch (property.Name)
            {
                case "inputs":
                    inputs = ReadInputs(property.Value, limits);
                    break;
                case "top_k":
                    top = ReadTop(property.Value);
                    break;
                default:
                    throw Bad("unknown-property", $"The property '{property.Name}' is not known.");
            }
        }

        return new ClassifyRequest(inputs ?? throw Bad("no-inputs", "The property 'inputs' is missing."), top);
    }

    private static IReadOnlyList<string> ReadInputs(JsonElement value, ServingOptions limits)
    {
        if (value.ValueKind == JsonValueKind.String)
            return [Text(value, "inputs")];
        if (value.ValueKind != JsonValueKind.Array)
            throw Bad("bad-inputs", $"'inputs' is {Kind(value)}; it must be a text or a list of texts.");
        var count = value.GetArrayLength();
        if (count == 0)
            throw Bad("no-inputs", "'inputs' is an empty list.");
        if (count > limits.MaxInputs)
        {
            throw new ClassifyRequestException(
                StatusCodes.Status413PayloadTooLarge, "too-many-inputs",
                $"'inputs' has {count} texts; {limits.MaxInputs} are allowed in one request.", "Send the texts in several requests.");
        }

        return [.. value.EnumerateArray().Select((text, i) => Text(text, $"inputs[{i}]"))];
    }

    private static string Text(JsonElement value, string name)
    {
        if (value.ValueKind != JsonValueKind.String)
            throw Bad("bad-inputs", $"'{name}' is {Kind(value)}; it must be a text.");
        try
        {
            return value.GetString() is { Length: > 0 } text ? text : throw Bad("no-inputs", $"'{name}' is empty.");
        }
        catch (InvalidOperationException)
        {
            // An escape such as \ud800 alone is valid JSON but no character.
            throw Bad("bad-inputs", $"'{name}' has half a surrogate pair, which is no character.");
        }
    }

    private static int ReadTop(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetInt32(out var top) && top >= 1 => top,
        _ => throw Bad("bad-top-k", $"'top_k' is {value.GetRawText()}; it must be a whole number from 1."),
    };

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.True or JsonValueKind.False => "a truth value",
        JsonValueKind.Number => "a number",
        JsonValueKind.String => "a text",
        JsonValueKind.Array => "a list",
        _ => "an object",
    };

    private static ClassifyRequestException Bad(string code, string detail) => new(StatusCodes.Status400BadRequest, code, detail, Shape);
}

/// <summary>A classify request that cannot be answered, and the answer it gets instead.</summary>
internal sealed class ClassifyRequestException(int status, string code, string detail, string fix) : Exception(detail)
{
    /// <summary>HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>A stable identifier.</summary>
    public string Code { get; } = code;

    /// <summary>What the caller can do.</summary>
    public string Fix { get; } = fix;
}
