namespace Pipeline.UnitTests.Tokenization;

/// <summary>Byte-pair encoding by counting everything anew at each step: slow, and easy to believe.</summary>
internal static class SlowBpe
{
    // Only for text of letters and single spaces, where a word is a space with what follows it.
    public static List<List<string>> Words(string text) =>
        [.. System.Text.RegularExpressions.Regex.Matches(text, @" ?\p{L}+|\s+(?!\S)|\s+")
            .Select(m => m.Value.Select(c => c == ' ' ? "Ġ" : c.ToString()).ToList())];

    public static IReadOnlySet<(string, string)> MostFrequentPairs(List<List<string>> words, out int count)
    {
        var counts = words.SelectMany(w => w.Zip(w.Skip(1))).CountBy(p => p).ToList();
        var highest = counts.Count == 0 ? 0 : counts.Max(c => c.Value);
        count = highest;
        return counts.Where(c => c.Value == highest).Select(c => c.Key).ToHashSet();
    }

    public static void Merge(List<List<string>> words, string left, string right)
    {
        foreach (var word in words)
        {
            for (var i = 0; i + 1 < word.Count; i++)
            {
                if (word[i] == left && word[i + 1] == right)
                {
                    word[i] = left + right;
                    word.RemoveAt(i + 1);
                }
            }
        }
    }

    /// <summary>The tokens of one word, by looking over all its pairs for the merge learned first.</summary>
    public static List<string> Encode(IEnumerable<string> word, IReadOnlyList<(string Left, string Right)> merges)
    {
        List<string> tokens = [.. word];
        while (true)
        {
            var known = tokens.Zip(tokens.Skip(1)).Where(merges.Contains).ToList();
            if (known.Count == 0)
                return tokens;
            var first = merges.First(known.Contains);
            Merge([tokens], first.Left, first.Right);
        }
    }
}
