namespace Pipeline.Functions.Serving;

/// <summary>What is classified: a text, or a pair of texts.</summary>
/// <param name="Text">The text, or the first of a pair.</param>
/// <param name="TextPair">The second; null where there is none.</param>
internal sealed record TextInput(string Text, string? TextPair = null);
