using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Pipeline.Core;
using Pipeline.Core.Models;
using Pipeline.Functions.Api;

namespace Pipeline.Functions.Feedback;

/// <summary>The body of a feedback request, checked as far as it can be without the model.</summary>
internal sealed record FeedbackRequest
{
    private const int LongestId = 200;

    private const string Shape =
        "Send {\"text\": \"…\", \"text_pair\": \"…\" (of pairs), \"label\": \"the right one\" or \"labels\": [\"…\"] or \"value\": 3.5, \"predicted\": \"…\" or [\"…\"] (optional), \"version\": \"…\" (optional), \"id\": \"…\" (optional), \"new_label\": true (optional)}.";

    private string? Text { get; init; }

    private string? TextPair { get; init; }

    private string? Label { get; init; }

    private IReadOnlyList<string>? Labels { get; init; }

    private double? Value { get; init; }

    private IReadOnlyList<string>? Predicted { get; init; }

    /// <summary>The version that predicted; null: the one in production.</summary>
    public string? Version { get; private init; }

    private string? Id { get; init; }

    private bool MayBeNew { get; init; }

    /// <summary>Reads a body.</summary>
    /// <exception cref="RefusedRequestException">It is something else; says what to send.</exception>
    public static FeedbackRequest Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw Bad("bad-request", $"The body is {JsonWords.Kind(document.RootElement)}, not an object.");
            return document.RootElement.EnumerateObject()
                .Where(p => p.Value.ValueKind != JsonValueKind.Null)
                .Aggregate(new FeedbackRequest(), (request, property) => request.With(JsonWords.Name(property) ?? "", property.Value));
        }
        catch (JsonException e)
        {
            throw Bad("bad-json", $"The body is not JSON: {e.Message}");
        }
    }

    /// <summary>The row that is stored.</summary>
    /// <param name="model">The version that predicted.</param>
    /// <param name="now">When the request came.</param>
    /// <exception cref="RefusedRequestException">The correction does not fit the model.</exception>
    public FeedbackRow RowFor(ModelManifest model, DateTimeOffset now)
    {
        var text = string.IsNullOrWhiteSpace(Text) ? throw Bad("no-text", "The property 'text' is missing or empty.") : Text;
        if (model.HasPairs && string.IsNullOrWhiteSpace(TextPair))
            throw Bad("pair-expected", $"Model '{model.ModelName}' reads pairs of texts, and 'text_pair' is missing or empty.");
        if (!model.HasPairs && TextPair is not null)
            throw Bad("pair-not-expected", $"Model '{model.ModelName}' reads single texts, and 'text_pair' is given.");
        var (label, labels) = Target(model);
        foreach (var given in labels ?? (label is string one ? [one] : []))
            RequireKnown(given, model);
        var row = new FeedbackRow(text, TextPair, label, labels, Predicted, Version, Id ?? "", now);
        return Id is null ? row with { Id = HashOf(row)[..32] } : row;
    }

    /// <summary>What two corrections must have in common to be one: all but the time.</summary>
    public static string HashOf(FeedbackRow row) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(row with { At = default }, FunctionsJson.Compact.FeedbackRow)));

    /// <summary>Stands for an id in a blob's name, whatever characters it has.</summary>
    public static string KeyOf(string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..32];

    private (object? Label, IReadOnlyList<string>? Labels) Target(ModelManifest model)
    {
        var given = new[] { ("label", Label is not null), ("labels", Labels is not null), ("value", Value is not null) }.Where(p => p.Item2).Select(p => p.Item1).ToArray();
        var wanted = model.ProblemType switch
        {
            ProblemType.Regression => "value",
            ProblemType.MultiLabelClassification => "labels",
            _ => "label",
        };
        if (given is not [var only] || only != wanted)
        {
            throw Bad(
                "bad-target",
                $"Model '{model.ModelName}' wants '{wanted}', and {(given.Length == 0 ? "none of 'label', 'labels' and 'value' is given" : $"'{string.Join("', '", given)}' is given")}.");
        }

        return (Label?.Trim() as object ?? Value, Labels);
    }

    private void RequireKnown(string label, ModelManifest model)
    {
        if (label.Length == 0)
            throw Bad("bad-target", "A label is empty.");
        if (MayBeNew || model.Labels.Contains(label))
            return;
        throw new RefusedRequestException(
            StatusCodes.Status400BadRequest, "unknown-label",
            $"Model '{model.ModelName}' has no label '{label}'. It has {string.Join(", ", model.Labels.Take(20).Select(l => $"'{l}'"))}{(model.Labels.Count > 20 ? ", …" : "")}.",
            "Correct the label. If it shall be a new one, send \"new_label\": true too.");
    }

    private FeedbackRequest With(string name, JsonElement value) => name switch
    {
        "text" => this with { Text = TextOf(value, name) },
        "text_pair" => this with { TextPair = TextOf(value, name) },
        "label" => this with { Label = TextOf(value, name) },
        "labels" => this with { Labels = List(value, name) },
        "value" => this with { Value = value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) ? number : throw Bad("bad-target", $"'value' is {JsonWords.Number(value)}; it must be a number.") },
        "predicted" => this with { Predicted = value.ValueKind == JsonValueKind.Array ? List(value, name) : [Scalar(value, name)] },
        "version" => this with { Version = TextOf(value, name) },
        "id" => this with { Id = TextOf(value, name) is { Length: > 0 and <= LongestId } id ? id : throw Bad("bad-id", $"'id' is empty or longer than {LongestId} characters.") },
        "new_label" => this with { MayBeNew = value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Bad("bad-request", $"'new_label' is {JsonWords.Kind(value)}; it must be a truth value.") },
        _ => throw Bad("unknown-property", $"The property '{name}' is not known."),
    };

    private static string[] List(JsonElement value, string name) => value.ValueKind == JsonValueKind.Array
        ? [.. value.EnumerateArray().Select((item, i) => TextOf(item, $"{name}[{i}]").Trim()).Distinct(StringComparer.Ordinal)]
        : throw Bad("bad-request", $"'{name}' is {JsonWords.Kind(value)}; it must be a list of texts.");

    private static string Scalar(JsonElement value, string name) => value.ValueKind == JsonValueKind.Number ? value.GetRawText() : TextOf(value, name);

    private static string TextOf(JsonElement value, string name)
    {
        if (value.ValueKind != JsonValueKind.String)
            throw Bad("bad-request", $"'{name}' is {JsonWords.Kind(value)}; it must be a text.");
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // An escape such as \ud800 alone is valid JSON but no character.
            throw Bad("bad-request", $"'{name}' has half a surrogate pair, which is no character.");
        }
    }

    private static RefusedRequestException Bad(string code, string detail) => new(StatusCodes.Status400BadRequest, code, detail, Shape);
}
