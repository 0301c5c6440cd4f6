using System.Text.Json;
using Pipeline.Core.Models;
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
            return [Input(value, "inputs", limits)];
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

        return [.. value.EnumerateArray().Select((input, i) => Input(input, $"inputs[{i}]", limits))];
    }

    /// <summary>Refuses pairs for a model of single texts, and the other way round.</summary>
    /// <exception cref="ClassifyRequestException">Says which input it is.</exception>
    public static void RequireFor(ModelManifest model, IReadOnlyList<TextInput> inputs)
    {
        if (!model.HasPairs && inputs.Index().FirstOrDefault(i => i.Item.TextPair is not null) is { Item: not null, Index: var pair })
        {
            throw ClassifyRequestException.Bad(
                "pair-not-expected", $"'inputs[{pair}]' is a pair of texts, but model '{model.ModelName}' was trained on single texts.",
                "Send each text by itself, or as an object without 'text_pair'.");
        }

        if (model.HasPairs && inputs.Index().FirstOrDefault(i => i.Item.TextPair is null) is { Item: not null, Index: var single })
        {
            throw ClassifyRequestException.Bad(
                "pair-expected", $"'inputs[{single}]' is a single text, but model '{model.ModelName}' was trained on pairs of texts.",
                "Send {\"text\": \"…\", \"text_pair\": \"…\"} for each input.");
        }
    }

    /// <summary>Refuses a text that is longer than is served.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">Where it stands in the request.</param>
    /// <param name="limits">How long it may be.</param>
    /// <exception cref="ClassifyRequestException">It is longer.</exception>
    public static string RequireLength(string text, string name, ServingOptions limits) =>
        text.Length <= limits.MaxTextCharacters
            ? text
            : throw ClassifyRequestException.Unservable(
                "text-too-long", $"'{name}' has {text.Length} characters; {limits.MaxTextCharacters} are allowed.", "Send a part of the text: the model reads its beginning only.");

    private static TextInput Input(JsonElement value, string name, ServingOptions limits)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return new TextInput(Text(value, name, limits));
        string? text = null, pair = null;
        foreach (var property in value.EnumerateObject())
        {
            switch (JsonWords.Name(property))
            {
                case FirstText:
                    text = Text(property.Value, $"{name}.{FirstText}", limits);
                    break;
                case SecondText when property.Value.ValueKind == JsonValueKind.Null:
                    break;
                case SecondText:
                    pair = Text(property.Value, $"{name}.{SecondText}", limits);
                    break;
                case var unknown:
                    throw ClassifyRequestException.Bad("unknown-property", $"'{name}' has a property '{unknown}', which is not known.");
            }
        }

        return new TextInput(text ?? throw Bad($"'{name}' has no property '{FirstText}'."), pair);
    }

    private static string Text(JsonElement value, string name, ServingOptions limits)
    {
        if (value.ValueKind != JsonValueKind.String)
            throw Bad($"'{name}' is {JsonWords.Kind(value)}; it must be a text.");
        var text = JsonWords.Text(value) ?? throw Bad($"'{name}' has bytes or half a surrogate pair that are no character.");
        return text.Length > 0 ? RequireLength(text, name, limits) : throw ClassifyRequestException.Bad("no-inputs", $"'{name}' is empty.");
    }

    private static ClassifyRequestException Bad(string detail) => ClassifyRequestException.Bad("bad-inputs", detail);
}
