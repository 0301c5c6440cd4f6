using System.Text.Json;
using Pipeline.Functions.Serving;

namespace Pipeline.Functions.Api;

/// <summary>The property <c>inputs</c> of a classify request: a text or a pair, or a list of them.</summary>
internal static class ClassifyInputs
{
    private const string FirstText = "text", SecondText = "text_pair";

    /// <summary>Reads it.</summary>
    /// <exception cref="ClassifyRequestException">It is something else, empty, or more than the limit.</exception>
    public static IReadOnlyList<TextInput> Read(JsonElement value, ServingOptions limits)
    {
        if (value.ValueKind is JsonValueKind.String or JsonValueKind.Object)
            return [Input(value, "inputs")];
        if (value.ValueKind != JsonValueKind.Array)
            throw Bad($"'inputs' is {JsonWords.Kind(value)}; it must be a text, a pair of texts, or a list of them.");
        var count = value.GetArrayLength();
        if (count == 0)
            throw ClassifyRequestException.Bad("no-inputs", "'inputs' is an empty list.");
        if (count > limits.MaxInputs)
        {
            throw new ClassifyRequestException(
                StatusCodes.Status413PayloadTooLarge, "too-many-inputs",
                $"'inputs' has {count} texts; {limits.MaxInputs} are allowed in one request.", "Send the texts in several requests.");
        }

        return [.. value.EnumerateArray().Select((input, i) => Input(input, $"inputs[{i}]"))];
    }

    private static TextInput Input(JsonElement value, string name)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return new TextInput(Text(value, name));
        string? text = null, pair = null;
        foreach (var property in value.EnumerateObject())
        {
            switch (property.Name)
            {
                case FirstText:
                    text = Text(property.Value, $"{name}.{FirstText}");
                    break;
                case SecondText when property.Value.ValueKind == JsonValueKind.Null:
                    break;
                case SecondText:
                    pair = Text(property.Value, $"{name}.{SecondText}");
                    break;
                default:
                    throw ClassifyRequestException.Bad("unknown-property", $"'{name}' has a property '{property.Name}', which is not known.");
            }
        }

        return new TextInput(text ?? throw Bad($"'{name}' has no property '{FirstText}'."), pair);
    }

    private static string Text(JsonElement value, string name)
    {
        if (value.ValueKind != JsonValueKind.String)
            throw Bad($"'{name}' is {JsonWords.Kind(value)}; it must be a text.");
        try
        {
            return value.GetString() is { Length: > 0 } text ? text : throw ClassifyRequestException.Bad("no-inputs", $"'{name}' is empty.");
        }
        catch (InvalidOperationException)
        {
            // An escape such as \ud800 alone is valid JSON but no character.
            throw Bad($"'{name}' has half a surrogate pair, which is no character.");
        }
    }

    private static ClassifyRequestException Bad(string detail) => ClassifyRequestException.Bad("bad-inputs", detail);
}
