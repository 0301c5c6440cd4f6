using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;

namespace Pipeline.Core.Findings;

/// <summary>Lengths of the texts in tokens, and the longest of them. Parts are counted apart and merged; the result does not depend on their order.</summary>
public sealed class TokenLengthTally
{
    /// <summary>The lengths.</summary>
    public LengthCounts Lengths { get; set; } = new();

    /// <summary>The longest texts, the longest first.</summary>
    public List<LongText> Longest { get; set; } = [];

    /// <summary>Counts a text.</summary>
    /// <param name="row">Its row.</param>
    /// <param name="tokens">Tokens of the text, of the second one in a pair, and the special tokens around them.</param>
    /// <param name="linesBefore">Lines of the file before the part that the row's line counts from.</param>
    public void Add(in DatasetRow row, int tokens, long linesBefore = 0)
    {
        Lengths.Add(tokens);
        if (Longest.Count < FindingLog.PlacesKept || Longest[^1].Tokens <= tokens)
            Keep([new LongText(tokens, row.Line + linesBefore, row.File, TextCut.Around(row.Text, 0))]);
    }

    /// <summary>Takes over another part's.</summary>
    public void Merge(TokenLengthTally other)
    {
        Lengths.Merge(other.Lengths);
        Keep(other.Longest);
    }

    /// <summary>Notes the texts that the model reads only the beginning of.</summary>
    /// <param name="findings">Takes them.</param>
    /// <param name="limit">Tokens that the model reads.</param>
    public Truncation Note(FindingLog findings, DefaultMaxLength limit)
    {
        var maxLength = limit.Value;
        var (texts, beyond) = Lengths.Over(maxLength);
        findings.Add(
            FindingKind.TruncatedText, texts,
            Longest.Where(t => t.Tokens > maxLength).Select(t => new FindingPlace(
                t.Line,
                FormattableString.Invariant($"{t.Tokens} tokens, {100.0 * (t.Tokens - maxLength) / t.Tokens:0}% cut off at {maxLength}: {t.Excerpt}"),
                t.File)));
        return new Truncation(maxLength, limit.Reason, texts, Lengths.Total == 0 ? 0 : (double)beyond / Lengths.Total);
    }

    private void Keep(IEnumerable<LongText> texts)
    {
        Longest.AddRange(texts);
        Longest.Sort((a, b) => (b.Tokens, a.File, a.Line).CompareTo((a.Tokens, b.File, b.Line)));
        if (Longest.Count > FindingLog.PlacesKept)
            Longest.RemoveRange(FindingLog.PlacesKept, Longest.Count - FindingLog.PlacesKept);
    }
}

/// <summary>One of the longest texts.</summary>
/// <param name="Tokens">Its length.</param>
/// <param name="Line">Its line.</param>
/// <param name="File">Its file, in a dataset of several.</param>
/// <param name="Excerpt">Its beginning.</param>
public sealed record LongText(int Tokens, long Line, string? File, string Excerpt);

/// <summary>What a limit of tokens cuts off.</summary>
/// <param name="MaxLength">Tokens that the model reads.</param>
/// <param name="Reason">Why so many.</param>
/// <param name="Texts">Texts with more.</param>
/// <param name="ShareLost">Share of all tokens that is cut off, 0 to 1.</param>
public sealed record Truncation(int MaxLength, string Reason, long Texts, double ShareLost);
