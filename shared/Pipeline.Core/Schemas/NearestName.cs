namespace Pipeline.Core.Schemas;

/// <summary>Finds what a mistyped name was meant to be.</summary>
internal static class NearestName
{
    private const int Suggestions = 3;

    /// <summary>The names that are likely meant, the likeliest first: few letters away, else with words in common. None if nothing is near.</summary>
    /// <param name="typed">What was typed; case, <c>-</c> and <c>_</c> do not count.</param>
    /// <param name="names">The names there are, in snake_case.</param>
    public static IReadOnlyList<string> Of(string typed, IReadOnlyList<string> names) =>
        ByLetters(typed, names) is { Count: > 0 } near ? near : ByWords(typed, names);

    /// <summary>The names that are a typing mistake away.</summary>
    public static IReadOnlyList<string> ByLetters(string typed, IReadOnlyList<string> names)
    {
        var key = Normalize(typed);
        var far = Math.Min(key.Length, Math.Max(2, key.Length / 3) + 1);
        var distances = names.Select(name => (Name: name, Distance: Distance(key, Normalize(name)))).Where(n => n.Distance < far).ToList();
        return distances.Count == 0 ? [] : [.. distances.Where(n => n.Distance == distances.Min(d => d.Distance)).Take(Suggestions).Select(n => n.Name)];
    }

    private static IReadOnlyList<string> ByWords(string typed, IReadOnlyList<string> names)
    {
        var common = names.Select(name => (Name: name, Words: Words(typed).Intersect(Words(name)).Count())).Where(n => n.Words > 0).ToList();
        return common.Count == 0 ? [] :
        [
            .. common.Where(n => n.Words == common.Max(c => c.Words))
                .OrderBy(n => Distance(Normalize(typed), Normalize(n.Name))).Take(Suggestions).Select(n => n.Name),
        ];
    }

    // Levenshtein: letters to insert, remove or replace.
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }

    // maxLength, max-length and MAX_LENGTH are spellings of max_length.
    private static string Normalize(string name) =>
        string.Concat(name.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant));

    private static IEnumerable<string> Words(string name) =>
        System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(name).Split(['_', '-', ' ', '.'], StringSplitOptions.RemoveEmptyEntries)
            .Select(word => word.Length > 3 ? word.TrimEnd('s') : word).Where(word => word.Length > 2);
}
