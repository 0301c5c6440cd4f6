namespace Pipeline.Benchmarks.FromScratch;

/// <summary>A text with the name of its label.</summary>
internal sealed record LabelledRow(string Text, string Label);

/// <summary>A dataset in its usual splits.</summary>
/// <param name="Train">What is learned from, the vocabulary too.</param>
/// <param name="Validation">What epochs and penalties are chosen on.</param>
/// <param name="Test">What is reported, and nothing is chosen on.</param>
internal sealed record LabelledSplits(IReadOnlyList<LabelledRow> Train, IReadOnlyList<LabelledRow> Validation, IReadOnlyList<LabelledRow> Test)
{
    /// <summary>Label names in ordinal order, as ingest numbers them.</summary>
    public IReadOnlyList<string> Labels { get; } = [.. Train.Select(r => r.Label).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Takes a random tenth of the training rows for validation, always the same one.</summary>
    public static LabelledSplits WithTenth(IReadOnlyList<LabelledRow> train, IReadOnlyList<LabelledRow> test)
    {
        LabelledRow[] shuffled = [.. train];
        new Random(1).Shuffle(shuffled);
        var tenth = shuffled.Length / 10;
        return new LabelledSplits(shuffled[tenth..], shuffled[..tenth], test);
    }
}
