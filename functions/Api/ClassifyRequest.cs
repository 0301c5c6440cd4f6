using System.Text.Json;
using Pipeline.Core;
using Pipeline.Core.Models;
using Pipeline.Core.Tokenization;
using Pipeline.Functions.Serving;

namespace Pipeline.Functions.Api;

/// <summary>The body of a classify request, checked.</summary>
/// <param name="Inputs">One text or pair, or more; no text is empty.</param>
/// <param name="Options">How the texts are read and the answer is given.</param>
/// <param name="Explain">Whether the words that moved the scores are wanted; null: no.</param>
internal sealed record ClassifyRequest(IReadOnlyList<TextInput> Inputs, AnswerOptions Options, ClassifyExplain? Explain = null)
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
        ClassifyInputs.RequireFor(model, Inputs);
        if (model.ProblemType == ProblemType.Regression && (Options.Top is not null || Options.Threshold is not null))
        {
            var name = Options.Top is not null ? "top_k" : "threshold";
            throw ClassifyRequestException.Bad(
                Options.Top is not null ? "top-k-not-expected" : "threshold-not-expected",
                $"Model '{model.ModelName}' gives each text a number and no labels, so '{name}' means nothing to it.", $"Leave '{name}' out.");
        }

        if (Options.Threshold is not null && model.ProblemType != ProblemType.MultiLabelClassification)
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
        var options = AnswerOptions.Default;
        ClassifyExplain? explain = null;
        foreach (var property in root.EnumerateObject())
        {
            switch (JsonWords.Name(property))
            {
                case "inputs":
                    inputs = ClassifyInputs.Read(property.Value, limits);
                    break;
                case "top_k":
                    options = options with { Top = ReadTop(property.Value) };
                    break;
                case "threshold":
                    options = options with { Threshold = ReadThreshold(property.Value) };
                    break;
                case "explain":
                    explain = ClassifyExplain.Read(property.Value);
                    break;
                case "raw_scores":
                    options = options with { RawScores = ReadFlag(property) };
                    break;
                case "truncate":
                    options = options with { CutAt = ReadFlag(property) ? TruncationSide.End : null };
                    break;
                case var name:
                    throw ClassifyRequestException.Bad("unknown-property", $"The property '{name}' is not known.");
            }
        }

        return new ClassifyRequest(inputs ?? throw ClassifyRequestException.Bad("no-inputs", "The property 'inputs' is missing."), options, explain);
    }

    private static int ReadTop(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetInt32(out var top) && top >= 1 => top,
        _ => throw ClassifyRequestException.Bad("bad-top-k", $"'top_k' is {JsonWords.Number(value)}; it must be a whole number from 1."),
    };

    private static bool ReadFlag(JsonProperty property) => property.Value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw ClassifyRequestException.Bad("bad-flag", $"'{property.Name}' is {JsonWords.Kind(property.Value)}; it must be true or false."),
    };

    private static double ReadThreshold(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetDouble(out var threshold) && threshold is >= 0 and <= 1 => threshold,
        _ => throw ClassifyRequestException.Bad("bad-threshold", $"'threshold' is {JsonWords.Number(value)}; it must be a number from 0 to 1."),
    };
}
