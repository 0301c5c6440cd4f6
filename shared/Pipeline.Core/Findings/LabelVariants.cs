namespace Pipeline.Core.Findings;

/// <summary>Labels that are the same but for case, or for spaces, <c>_</c> and <c>-</c>.</summary>
public static class LabelVariants
{
    /// <summary>The groups of two labels or more, each with its most frequent spelling first.</summary>
    public static IReadOnlyList<IReadOnlyList<LabelTally>> Groups(IEnumerable<LabelTally> labels) =>
        [.. labels.GroupBy(l => Key(l.Name), StringComparer.Ordinal)
            .Where(g => g.Skip(1).Any())
            .Select(g => g.OrderByDescending(l => l.Rows).ThenBy(l => l.Name, StringComparer.Ordinal).ToList())];

    /// <summary>For each label that is a variant of a more frequent one, that one.</summary>
    public static IReadOnlyDictionary<string, string> Canonical(IEnumerable<LabelTally> labels) =>
        Groups(labels).SelectMany(g => g.Skip(1).Select(l => (l.Name, First: g[0].Name))).ToDictionary(l => l.Name, l => l.First, StringComparer.Ordinal);

    private static string Key(string name)
    {
        var key = string.Concat(name.Where(c => !char.IsWhiteSpace(c) && c is not ('_' or '-'))).ToLowerInvariant();
        // "-" and "_" as labels have nothing else to go by; "-1" and "1" are two numbers.
        return key.Length == 0 || key.All(c => char.IsAsciiDigit(c) || c is '.' or ',') ? name : key;
    }
}
