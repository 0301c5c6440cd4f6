using System.Text.Json.Serialization;

namespace Pipeline.Functions.Feedback;

/// <summary>
/// A correction as it is stored: a row of a dataset in JSON Lines, whose columns ingest finds by their names. What is not needed for
/// training stands beside it.
/// </summary>
/// <param name="Text">The text, or the first of a pair.</param>
/// <param name="TextPair">The second; null where there is none.</param>
/// <param name="Label">The right label; a number where the model gives one. Null where there are several.</param>
/// <param name="Labels">The right labels, where a text has any number of them.</param>
/// <param name="Predicted">What was predicted, as the caller says; null where it does not.</param>
/// <param name="Version">The version that predicted it, as the caller says; null where it does not.</param>
/// <param name="Id">What makes it one correction.</param>
/// <param name="At">When it came (UTC).</param>
internal sealed record FeedbackRow(
    [property: JsonPropertyOrder(1)] string Text,
    [property: JsonPropertyOrder(2)] string? TextPair,
    [property: JsonPropertyOrder(3)] object? Label,
    [property: JsonPropertyOrder(4)] IReadOnlyList<string>? Labels,
    [property: JsonPropertyOrder(5)] IReadOnlyList<string>? Predicted,
    [property: JsonPropertyOrder(6)] string? Version,
    [property: JsonPropertyOrder(7)] string Id,
    [property: JsonPropertyOrder(8)] DateTimeOffset At);
