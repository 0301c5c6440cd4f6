namespace Pipeline.Benchmarks.FromScratch;

/// <summary>
/// Splits SST-2, whose training rows are phrases of sentences, one inside the other: a random tenth of them would be known
/// from the rest. Whole sentences are held out here, and with each every row that is part of it or that it is part of.
/// </summary>
internal static class HeldOutSentences
{
    private const int Sentences = 1_500;
    private const int WordsOfASentence = 12;

    public static LabelledSplits Split(IReadOnlyList<LabelledRow> rows, IReadOnlyList<LabelledRow> test)
    {
        LabelledRow[] shuffled = [.. rows];
        new Random(1).Shuffle(shuffled);
        LabelledRow[] held = [.. shuffled.Where(r => Words(r).Length >= WordsOfASentence).Take(Sentences)];
        var texts = held.Select(r => r.Text).ToHashSet();
        var phrases = held.SelectMany(r => Phrases(Words(r))).ToHashSet();
        LabelledRow[] train = [.. shuffled.Where(r => !phrases.Contains(r.Text) && !Phrases(Words(r)).Any(texts.Contains))];
        return new LabelledSplits(train, held, test);
    }

    private static string[] Words(LabelledRow row) => row.Text.Split(' ');

    // Every run of words.
    private static IEnumerable<string> Phrases(string[] words)
    {
        for (var start = 0; start < words.Length; start++)
        {
            for (var end = start + 1; end <= words.Length; end++)
                yield return string.Join(' ', words[start..end]);
        }
    }
}
