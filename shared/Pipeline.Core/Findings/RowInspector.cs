using System.Buffers;
using Pipeline.Core.Datasets;

namespace Pipeline.Core.Findings;

/// <summary>
/// Checks the rows of a part of a dataset one by one, and writes a signature of each for <see cref="NearDuplicates"/>.
/// An instance serves one thread; parts are merged in the order of the dataset (<see cref="FindingLog.Merge"/>, <see cref="TextStatistics.Merge"/>,
/// the signatures one behind the other).
/// </summary>
/// <param name="findings">Takes what is found in the part.</param>
/// <param name="signatures">Takes 88 bytes for each row; null where near copies are not looked for.</param>
public sealed class RowInspector(FindingLog findings, IBufferWriter<byte>? signatures = null)
{
    private readonly WordScan _words = new();

    /// <summary>What was counted.</summary>
    public TextStatistics Statistics { get; } = new();

    /// <summary>Checks a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="textHash">Its <see cref="TextHash"/>: rows with the same are exact copies, which are another finding. Not 0.</param>
    public void Inspect(DatasetRow row, ulong textHash)
    {
        CheckText(row, row.Text);
        if (row.TextPair is { } pair)
            CheckText(row, pair);

        _words.Begin();
        _words.Add(row.Text);
        var letters = _words.Letters;
        if (LanguageGuess.Of(_words) is { } language)
            Statistics.Languages.Add(language, row.Line, row.File, row.Text);
        if (row.TextPair is not null)
            _words.Add(row.TextPair);
        if (letters == 0 || LinkOrAddress.Is(row.Text))
            findings.Add(FindingKind.NoWords, row.Line, row.Text, row.File);
        Statistics.Characters.Add(row.Text.Length + (row.TextPair?.Length ?? 0));

        if (signatures is null)
            return;
        RowSignature.Write(signatures.GetSpan(RowSignature.Size)[..RowSignature.Size], _words.Words, textHash, LabelHash.Of(row.Labels), row.Line);
        signatures.Advance(RowSignature.Size);
    }

    private void CheckText(DatasetRow row, string text)
    {
        if (HiddenCharacters.Find(text) is >= 0 and var hidden)
            NoteHidden(row, text, hidden);
        if (MarkupFinder.Find(text) is >= 0 and var markup)
            findings.Add(FindingKind.Markup, row.Line, TextCut.Around(text, markup), row.File);
        if (MojibakeRepair.Find(text) is >= 0 and var damage)
        {
            var piece = TextCut.Around(text, damage);
            findings.Add(FindingKind.Mojibake, row.Line, $"{piece} → {MojibakeRepair.Repair(piece)}", row.File);
        }

        if (text.IndexOf('\uFFFD', StringComparison.Ordinal) is >= 0 and var lost)
            findings.Add(FindingKind.LostCharacters, row.Line, TextCut.Around(text, lost), row.File);
    }

    // The second and third byte of a damaged character often read as controls; that is one finding, not two.
    private void NoteHidden(DatasetRow row, string text, int at)
    {
        if (MojibakeRepair.Find(text) >= 0)
        {
            text = MojibakeRepair.Repair(text);
            at = HiddenCharacters.Find(text);
        }

        if (at >= 0)
            findings.Add(FindingKind.ControlCharacters, row.Line, TextCut.Around(text, at), row.File);
    }
}
