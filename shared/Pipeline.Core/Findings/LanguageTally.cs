using Pipeline.Core.Datasets;

namespace Pipeline.Core.Findings;

/// <summary>The rows whose language is certain, by language.</summary>
public sealed class LanguageTally
{
    /// <summary>The languages: how many rows each has, and where the first are.</summary>
    public Dictionary<string, LanguageRows> Languages { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Counts a row.</summary>
    /// <param name="language">Its language.</param>
    /// <param name="line">Its line.</param>
    /// <param name="file">Its file, in a dataset of several.</param>
    /// <param name="text">Its text.</param>
    public void Add(string language, long line, string? file, string text)
    {
        if (!Languages.TryGetValue(language, out var rows))
            Languages.Add(language, rows = new LanguageRows());
        rows.Count++;
        if (rows.First.Count < FindingLog.PlacesKept)
            rows.First.Add(new FindingPlace(line, $"{language}: {TextCut.Around(text, 0)}", file));
    }

    /// <summary>Takes over a later part's.</summary>
    /// <param name="later">The later part's.</param>
    /// <param name="lineOffset">Lines before it, where it counted from its own beginning.</param>
    public void Merge(LanguageTally later, long lineOffset = 0)
    {
        foreach (var (language, rows) in later.Languages)
        {
            if (!Languages.TryGetValue(language, out var mine))
                Languages.Add(language, mine = new LanguageRows());
            mine.Count += rows.Count;
            mine.First.AddRange(rows.First.Take(FindingLog.PlacesKept - mine.First.Count).Select(p => p with { Line = p.Line + lineOffset }));
        }
    }

    /// <summary>Notes the rows that are in another language than most.</summary>
    public void Note(FindingLog findings)
    {
        var others = Shares().Skip(1).ToList();
        findings.Add(FindingKind.MixedLanguages, others.Sum(l => l.Rows), others.SelectMany(l => Languages[l.Language].First));
    }

    /// <summary>The languages, the most frequent first.</summary>
    public IReadOnlyList<LanguageShare> Shares() =>
        [.. Languages.Select(l => new LanguageShare(l.Key, l.Value.Count)).OrderByDescending(l => l.Rows).ThenBy(l => l.Language, StringComparer.Ordinal)];
}

/// <summary>Rows in a language.</summary>
public sealed class LanguageRows
{
    /// <summary>How many.</summary>
    public long Count { get; set; }

    /// <summary>The first of them.</summary>
    public List<FindingPlace> First { get; set; } = [];
}

/// <summary>A language of a dataset.</summary>
/// <param name="Language">The language, or the script where several languages share it.</param>
/// <param name="Rows">Rows whose language is certain.</param>
public sealed record LanguageShare(string Language, long Rows);
