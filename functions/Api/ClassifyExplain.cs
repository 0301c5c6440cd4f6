using System.Text.Json;
using Pipeline.Functions.Serving;

namespace Pipeline.Functions.Api;

/// <summary>The property <c>explain</c> of a classify request: <c>true</c>, or an object with limits.</summary>
/// <param name="Words">Words given for a label, at most.</param>
internal sealed record ClassifyExplain(int Words)
{
    /// <summary>Words given for a label where the request does not say.</summary>
    public const int DefaultWords = 10;

    // With fewer runs a text could only be told in halves and thirds.
    private const int FewestPasses = 8;

    /// <summary>Reads it; null where nothing shall be explained.</summary>
    /// <exception cref="ClassifyRequestException">It is something else.</exception>
    public static ClassifyExplain? Read(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.False or JsonValueKind.Null:
                return null;
            case JsonValueKind.True:
                return new ClassifyExplain(DefaultWords);
            case JsonValueKind.Object:
                break;
            default:
                throw Bad($"'explain' is {JsonWords.Kind(value)}; it must be true, or an object such as {{\"words\": 5}}.");
        }

        var words = DefaultWords;
        foreach (var property in value.EnumerateObject())
        {
            if (JsonWords.Name(property) is var name && name != "words")
                throw ClassifyRequestException.Bad("unknown-property", $"'explain' has a property '{name}', which is not known.");
            if (property.Value.ValueKind != JsonValueKind.Number || !property.Value.TryGetInt32(out words) || words < 1)
                throw Bad($"'explain.words' is {JsonWords.Number(property.Value)}; it must be a whole number from 1.");
        }

        return new ClassifyExplain(words);
    }

    /// <summary>Runs of the model that each text of a request may take.</summary>
    /// <exception cref="ClassifyRequestException">There are too many texts to explain any of them.</exception>
    public static int PassesFor(int texts, ServingOptions limits)
    {
        var passes = limits.MaxExplainPasses / texts;
        return passes >= FewestPasses
            ? passes
            : throw new ClassifyRequestException(
                StatusCodes.Status413PayloadTooLarge, "too-many-inputs",
                $"'inputs' has {texts} texts; {limits.MaxExplainPasses / FewestPasses} are allowed in a request with 'explain'.", "Send the texts in several requests.");
    }

    private static ClassifyRequestException Bad(string detail) => ClassifyRequestException.Bad("bad-explain", detail);
}
