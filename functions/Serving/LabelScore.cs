namespace Pipeline.Functions.Serving;

/// <summary>A label and how likely it is.</summary>
/// <param name="Label">The label's name.</param>
/// <param name="Score">
/// Its probability, 0 to 1. Where a text has one label those of all labels add up to 1; where it has any number each stands for itself.
/// </param>
internal sealed record LabelScore(string Label, float Score)
{
    /// <summary>Scores with their labels, best first; equal ones in the order of their ids.</summary>
    /// <param name="scores">One per label.</param>
    /// <param name="labels">Names by id.</param>
    public static IEnumerable<LabelScore> Ranked(float[] scores, IReadOnlyList<string> labels) =>
        scores.Index().OrderByDescending(s => s.Item).Select(s => new LabelScore(labels[s.Index], s.Item));
}
