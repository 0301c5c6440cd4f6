using Pipeline.Functions.Serving.Explaining;

namespace Pipeline.Functions.Serving;

/// <summary>A label and how likely it is, or a number alone.</summary>
/// <param name="Label">The label's name; null where the model gives a number.</param>
/// <param name="Score">
/// Its probability, 0 to 1. Where a text has one label those of all labels add up to 1; where it has any number each stands for itself.
/// Where the request asks for raw scores it is the logit behind it. Of a model that gives a number it is that number, in the units of the data.
/// </param>
/// <param name="Given">Whether the score reaches the label's own threshold; null where the version has no thresholds.</param>
/// <param name="Abstains">True where the model is too unsure of the text to answer; else null.</param>
/// <param name="Words">Which words moved the score, the strongest first; null where nobody asked.</param>
internal sealed record LabelScore(string? Label, float Score, bool? Given = null, bool? Abstains = null, IReadOnlyList<WordWeight>? Words = null);
