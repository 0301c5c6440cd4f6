namespace Pipeline.Core.Findings;

/// <summary>What is counted over all texts. It serializes as JSON, so that parts can be counted in several processes.</summary>
public sealed class TextStatistics
{
    /// <summary>Lengths in characters (UTF-16 units).</summary>
    public LengthCounts Characters { get; set; } = new();

    /// <summary>Languages of the texts, where they are certain.</summary>
    public LanguageTally Languages { get; set; } = new();

    /// <summary>Takes over a later part's; merge in the order of the dataset.</summary>
    /// <param name="later">The later part's.</param>
    /// <param name="lineOffset">Lines before it, where it counted from its own beginning.</param>
    public void Merge(TextStatistics later, long lineOffset = 0)
    {
        Characters.Merge(later.Characters);
        Languages.Merge(later.Languages, lineOffset);
    }
}
