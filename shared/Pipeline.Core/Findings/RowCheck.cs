using Pipeline.Core.Datasets;

namespace Pipeline.Core.Findings;

/// <summary>What was found in a row by itself.</summary>
/// <param name="TextHash">Its <see cref="Datasets.TextHash"/>.</param>
/// <param name="Language">Its language, where that is certain.</param>
/// <param name="Found">What is wrong with it; null for nothing.</param>
/// <param name="Signature">What near copies of it are found by, <see cref="RowSignature.Size"/> bytes.</param>
public readonly record struct CheckedRow(
    ulong TextHash, string? Language, IReadOnlyList<(FindingKind Kind, string Excerpt)>? Found, byte[] Signature);

/// <summary>Checks a row by itself. Any number of threads may do so at once.</summary>
public static class RowCheck
{
    [ThreadStatic]
    private static WordScan? _scan;

    /// <summary>Checks a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="textHash">Its <see cref="TextHash"/>: rows with the same are exact copies, which are another finding. Not 0.</param>
    public static CheckedRow Of(in DatasetRow row, ulong textHash)
    {
        var found = new FoundInRow();
        CheckText(row.Text, ref found);
        if (row.TextPair is { } pair)
            CheckText(pair, ref found);

        var words = _scan ??= new WordScan();
        words.Begin();
        words.Add(row.Text);
        if (words.Letters == 0 || LinkOrAddress.Is(row.Text))
            found.Add(FindingKind.NoWords, row.Text);
        var language = LanguageGuess.Of(words);
        if (row.TextPair is not null)
            words.Add(row.TextPair);
        var signature = new byte[RowSignature.Size];
        // Near copies with other numbers are no conflict: how far numbers may differ, only the reader knows.
        var labels = row.Target is null ? LabelHash.Of(row.Labels) : 0;
        RowSignature.Write(signature, words.Words, textHash, labels, row.Line, row.Number);
        return new CheckedRow(textHash, language, found.All, signature);
    }

    private static void CheckText(string text, ref FoundInRow found)
    {
        var damage = MojibakeRepair.Find(text);
        if (damage >= 0)
        {
            var piece = TextCut.Around(text, damage);
            found.Add(FindingKind.Mojibake, $"{piece} → {MojibakeRepair.Repair(piece)}");
        }

        CheckHidden(damage >= 0 && HiddenCharacters.Find(text) >= 0 ? MojibakeRepair.Repair(text) : text, ref found);
        if (MarkupFinder.Find(text) is >= 0 and var markup)
            found.Add(FindingKind.Markup, TextCut.Around(text, markup));
        if (text.IndexOf('\uFFFD', StringComparison.Ordinal) is >= 0 and var lost)
            found.Add(FindingKind.LostCharacters, TextCut.Around(text, lost));
    }

    // Bytes of a damaged character often read as controls; that is one finding, not two: the repaired text is looked at.
    private static void CheckHidden(string text, ref FoundInRow found)
    {
        if (HiddenCharacters.Find(text) is >= 0 and var hidden)
            found.Add(FindingKind.ControlCharacters, TextCut.Around(text, hidden));
    }

    // Most rows are sound and allocate no list.
    private struct FoundInRow
    {
        public List<(FindingKind Kind, string Excerpt)>? All { get; private set; }

        public void Add(FindingKind kind, string excerpt)
        {
            All ??= [];
            if (!All.Exists(f => f.Kind == kind))
                All.Add((kind, excerpt));
        }
    }
}
