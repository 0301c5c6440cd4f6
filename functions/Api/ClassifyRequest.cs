using System.Text.Json;
using Pipeline.Core;
using Pipeline.Core.Models;
using Pipeline.Functions.Serving;

namespace Pipeline.Functions.Api;

/// <summary>The body of a classify request, checked.</summary>
/// <param name="Inputs">One text or pair, or more; no text is empty.</param>
/// <param name="Top">How many labels to give per text, at most; null: all.</param>
/// <param name="Threshold">Least score of a label where a text has any number of labels; null: the version's own, or 0.5.</param>
/// <param name="Explain">Whether the words that moved the scores are wanted; null: no.</param>
internal sealed record ClassifyRequest(IReadOnlyList<TextInput> Inputs, int? Top, double? Threshold, ClassifyExplain? Explain = null)
{
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
            throw ClassifyRequestException.Bad("bad-json", $"The body is not JSON: {e.Message}");
        }
    }

    /// <summary>Refuses what this model cannot answer.</summary>
    /// <exception cref="ClassifyRequestException">Pairs for a model of single texts, or the other way round; a threshold for a model that gives each text one label, or either limit for one that gives a number.</exception>
    public void RequireFor(ModelManifest model)
    {
        if (!model.HasPairs && Inputs.Index().FirstOrDefault(i => i.Item.TextPair is not null) is { Item: not null, Index: var pair })
        {
            throw ClassifyRequestException.Bad(
                "pair-not-expected", $"'inputs[{pair}]' is a pair of texts, but model '{model.ModelName}' was trained on single texts.",
                "Send each text by itself, or as an object without 'text_pair'.");
        }

        if (model.HasPairs && Inputs.Index().FirstOrDefault(i => i.Item.TextPair is null) is { Item: not null, Index: var single })
        {
            throw ClassifyRequestException.Bad(
                "pair-expected", $"'inputs[{single}]' is a single text, but model '{model.ModelName}' was trained on pairs of texts.",
                "Send {\"text\": \"…\", \"text_pair\": \"…\"} for each input.");
        }

        if (model.ProblemType == ProblemType.Regression && (Top is not null || Threshold is not null))
        {
            var name = Top is not null ? "top_k" : "threshold";
            throw ClassifyRequestException.Bad(
                Top is not null ? "top-k-not-expected" : "threshold-not-expected",
                $"Model '{model.ModelName}' gives each text a number and no labels, so '{name}' means nothing to it.", $"Leave '{name}' out.");
        }

        if (Threshold is not null && model.ProblemType != ProblemType.MultiLabelClassification)
        {
            throw ClassifyRequestException.Bad(
                "threshold-not-expected", $"Model '{model.ModelName}' gives each text exactly one label, so a threshold means nothing to it.",
                "Leave 'threshold' out; 'top_k' limits the labels.");
        }
    }

    private static ClassifyRequest Of(JsonElement root, ServingOptions limits)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw ClassifyRequestException.Bad("bad-request", $"The body is {JsonWords.Kind(root)}, not an object.");
        IReadOnlyList<TextInput>? inputs = null;
        int? top = null;
        double? threshold = null;
        ClassifyExplain? explain = null;
        foreach (var property in root.EnumerateObject())
        {
            switch (property.Name)
            {
                case "inputs":
                    inputs = ClassifyInputs.Read(property.Value, limits);
                    break;
                case "top_k":
                    top = ReadTop(property.Value);
                    break;
                case "threshold":
                    threshold = ReadThreshold(property.Value);
                    break;
                case "explain":
                    explain = ClassifyExplain.Read(property.Value);
                    break;
                default:
                    throw ClassifyRequestException.Bad("unknown-property", $"The property '{property.Name}' is not known.");
            }
        }

        return new ClassifyRequest(inputs ?? throw ClassifyRequestException.Bad("no-inputs", "The property 'inputs' is missing."), top, threshold, explain);
    }

    private static int ReadTop(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetInt32(out var top) && top >= 1 => top,
        _ => throw ClassifyRequestException.Bad("bad-top-k", $"'top_k' is {value.GetRawText()}; it must be a whole number from 1."),
    };

    private static double ReadThreshold(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetDouble(out var threshold) && threshold is >= 0 and <= 1 => threshold,
        _ => throw ClassifyRequestException.Bad("bad-threshold", $"'threshold' is {value.GetRawText()}; it must be a number from 0 to 1."),
    };
}
