using System.Text.Json;
using Pipeline.Core.Tokenization;
using Pipeline.Functions.Serving;

namespace Pipeline.Functions.Api.Tei;

/// <summary>The body of <c>/predict</c> as Text Embeddings Inference takes it.</summary>
/// <param name="Inputs">One text or pair, or more.</param>
/// <param name="IsBatch">Whether the answer is a list of lists: what came was a list of lists.</param>
/// <param name="Options">How the texts are read and answered.</param>
internal sealed record PredictRequest(IReadOnlyList<TextInput> Inputs, bool IsBatch, AnswerOptions Options)
{
    private const string Expected =
        "inputs: expected a string, a pair of strings [string, string] or a batch of mixed strings and pairs [[string], [string, string], ...]";

    /// <summary>Reads a body. Properties that are not known are passed over, as Text Embeddings Inference does.</summary>
    /// <exception cref="TeiException">It is no such request.</exception>
    public static async Task<PredictRequest> ReadAsync(Stream body, ServingOptions limits, CancellationToken cancellationToken)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
            return Of(document.RootElement, limits);
        }
        catch (JsonException e)
        {
            throw new TeiException(StatusCodes.Status400BadRequest, TeiErrorType.Validation, $"The body is not JSON: {e.Message}");
        }
    }

    private static PredictRequest Of(JsonElement root, ServingOptions limits)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw TeiException.Validation($"The body is {JsonWords.Kind(root)}, not an object with the property inputs.");
        JsonElement? inputs = null;
        var (truncate, rawScores, cutAt) = (true, false, TruncationSide.End);
        foreach (var property in root.EnumerateObject())
        {
            switch (JsonWords.Name(property))
            {
                case "inputs":
                    inputs = property.Value;
                    break;
                case "truncate":
                    truncate = property.Value.ValueKind == JsonValueKind.Null || Flag(property);
                    break;
                case "raw_scores":
                    rawScores = Flag(property);
                    break;
                case "truncation_direction":
                    cutAt = Direction(property.Value);
                    break;
            }
        }

        if (inputs is not { } value)
            throw TeiException.Validation("missing field `inputs`");
        // Every label is given, as there: a threshold is no property of this request.
        var options = new AnswerOptions(Threshold: 0, RawScores: rawScores, CutAt: truncate ? cutAt : null);
        return value.ValueKind == JsonValueKind.Array && value.EnumerateArray().FirstOrDefault().ValueKind == JsonValueKind.Array
            ? new PredictRequest(Batch(value, limits), true, options)
            : new PredictRequest([Sequence(value, "inputs", limits)], false, options);
    }

    private static TextInput[] Batch(JsonElement value, ServingOptions limits)
    {
        var count = value.GetArrayLength();
        if (count > limits.MaxInputs)
        {
            throw new TeiException(
                StatusCodes.Status413PayloadTooLarge, TeiErrorType.Validation, $"batch size {count} > maximum allowed batch size {limits.MaxInputs}");
        }

        return [.. value.EnumerateArray().Select((input, i) => input.ValueKind == JsonValueKind.Array
            ? Sequence(input, $"inputs[{i}]", limits)
            : throw TeiException.Validation($"{Expected}; inputs[{i}] is {JsonWords.Kind(input)}"))];
    }

    // A string, [string] or [string, string].
    private static TextInput Sequence(JsonElement value, string name, ServingOptions limits)
    {
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0)
            throw TeiException.Empty($"Input validation error: `{name}` cannot be empty");
        var texts = value.ValueKind switch
        {
            JsonValueKind.String => [Text(value, name, limits)],
            JsonValueKind.Array when value.GetArrayLength() <= 2 => value.EnumerateArray().Select(text => Text(text, name, limits)).ToArray(),
            JsonValueKind.Array => throw TeiException.Validation($"{Expected}; {name} has {value.GetArrayLength()} elements"),
            _ => throw TeiException.Validation($"{Expected}; {name} is {JsonWords.Kind(value)}"),
        };
        if (texts.All(text => text.Length == 0))
            throw TeiException.Empty($"Input validation error: `{name}` cannot be empty");
        return new TextInput(texts[0], texts.ElementAtOrDefault(1));
    }

    private static string Text(JsonElement value, string name, ServingOptions limits)
    {
        if (value.ValueKind != JsonValueKind.String)
            throw TeiException.Validation($"{Expected}; {name} has {JsonWords.Kind(value)}");
        var text = JsonWords.Text(value) ?? throw TeiException.Validation($"{name} has bytes or half a surrogate pair that are no character");
        return ClassifyInputs.RequireLength(text, name, limits);
    }

    private static bool Flag(JsonProperty property) => property.Value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw TeiException.Validation($"{property.Name}: expected a boolean, not {JsonWords.Kind(property.Value)}"),
    };

    private static TruncationSide Direction(JsonElement value) => (value.ValueKind == JsonValueKind.String ? JsonWords.Text(value) : null) switch
    {
        "Right" or "right" => TruncationSide.End,
        "Left" or "left" => TruncationSide.Start,
        _ => throw TeiException.Validation("truncation_direction: expected `Left` or `Right`"),
    };
}
