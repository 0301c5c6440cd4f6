using System.Globalization;
using System.Runtime.InteropServices;
using Pipeline.Core.Datasets.Splits;

namespace Pipeline.Core.Datasets.Rows;

/// <summary>Where a part lies in its dataset.</summary>
/// <param name="File">Its file in a dataset of several; null where there is one.</param>
/// <param name="LinesBefore">Lines of the file before the part.</param>
/// <param name="RowsBefore">Rows of the dataset before the part.</param>
public sealed record PartPlace(string? File, long LinesBefore, long RowsBefore = 0);

/// <summary>What is known of a label after the join.</summary>
public sealed class LabelCount
{
    /// <summary>Rows that have the label.</summary>
    public long Rows { get; internal set; }

    /// <summary>Different texts that have the label.</summary>
    public long Texts { get; internal set; }

    /// <summary>Different texts that have the label and whose split the rule decides.</summary>
    public long OpenTexts { get; internal set; }

    /// <summary>The first row with the label.</summary>
    public RowEntry First { get; internal set; }
}

/// <summary>
/// Looks at the rows of all parts, one section of hashes after another: finds copies of texts, texts with several labels and
/// texts in several given splits, counts the labels, and decides which texts are elsewhere than the rule puts them.
/// </summary>
/// <param name="parts">The parts, in the order of the dataset.</param>
/// <param name="labels">Label names by id.</param>
/// <param name="rule">Where texts go by themselves.</param>
/// <param name="isRegression">Rows have targets in place of label ids; all of them count for the one label there is.</param>
public sealed class RowJoin(IReadOnlyList<PartPlace> parts, IReadOnlyList<string> labels, SplitRule rule, bool isRegression = false) : IDisposable
{
    private static readonly int[] OnlyLabel = [0];


    private readonly LabelCount[] _counts = [.. labels.Select(_ => new LabelCount { First = new RowEntry(0, int.MaxValue, 0, 0, null, 0, 0) })];
    private readonly SplitBalance _balance = new(rule);
    private readonly FirstPlaces _duplicates = new();
    private int? _target;
    private readonly FirstPlaces _conflicts = new();
    private readonly FirstPlaces _overlaps = new();
    private FileStream? _overlapping = ScratchFile.Create();

    /// <summary>The labels by id.</summary>
    public IReadOnlyList<LabelCount> Labels => _counts;

    /// <summary>Whether rows have different targets; only of a regression.</summary>
    public bool TargetsDiffer { get; private set; }

    /// <summary>Takes a section in. Sections come in the order of their hashes.</summary>
    public void Add(RowSection section)
    {
        foreach (var text in section.Texts())
            Add(section, text.Span);
    }

    /// <summary>Notes copies, conflicts and overlaps.</summary>
    public void Note(FindingLog findings)
    {
        _overlaps.Note(findings, FindingKind.SplitOverlap);
        _conflicts.Note(findings, isRegression ? FindingKind.ConflictingTargets : FindingKind.ConflictingLabels);
        _duplicates.Note(findings, FindingKind.DuplicateText);
    }

    /// <summary>The texts that are elsewhere than the rule puts them. Ends the join.</summary>
    public MovedTexts Moves()
    {
        var balanced = _balance.Moves().Select(m => new MovedText(m.Key, (ulong)m.Value)).OrderBy(m => m.TextHash).ToArray();
        var overlapping = _overlapping ?? throw new InvalidOperationException("The moves were taken before.");
        _overlapping = null;
        if (balanced.Length == 0)
            return Flushed(overlapping);
        // Where both have a text, the balance has the last word; it only ever moves what belongs to training.
        var merged = ScratchFile.Create();
        using (overlapping)
        {
            overlapping.Position = 0;
            var next = Read(overlapping);
            foreach (var move in balanced)
            {
                for (; next is { } o && o.TextHash <= move.TextHash; next = Read(overlapping))
                {
                    if (o.TextHash < move.TextHash)
                        Write(merged, o);
                }

                Write(merged, move);
            }

            for (; next is { } o; next = Read(overlapping))
                Write(merged, o);
        }

        return Flushed(merged);
    }

    /// <summary>Removes the temporary file.</summary>
    public void Dispose() => _overlapping?.Dispose();

    private void Add(RowSection section, ReadOnlySpan<RowEntry> copies)
    {
        var first = copies[0];
        Split? given = null;
        var overlap = false;
        foreach (var row in copies)
        {
            overlap |= given is not null && row.Given is not null && given != row.Given;
            if (row.Given is { } split && !(given < split))
                given = split;
        }

        if (overlap)
            NoteOverlap(copies, given!.Value);
        for (var i = 1; i < copies.Length; i++)
            NoteCopy(section, first, copies[i]);
        CountLabels(section, copies, given);
    }

    // In several given splits: the text belongs to the one that is trained on, or chosen by, first.
    private void NoteOverlap(ReadOnlySpan<RowEntry> copies, Split given)
    {
        foreach (var row in copies)
        {
            if (row.Given is { } was && was != given)
                _overlaps.Add(row, () => Place(row, $"stands in {was.Name()} and in {given.Name()}"));
        }

        Write(_overlapping!, new MovedText(copies[0].TextHash, (ulong)rule.Of(copies[0].TextHash, given)));
    }

    private void NoteCopy(RowSection section, RowEntry first, RowEntry copy)
    {
        if (!section.Labels(copy).SequenceEqual(section.Labels(first)))
            _conflicts.Add(copy, () => Place(copy, $"{Names(section.Labels(copy))} here, {Names(section.Labels(first))} on {Line(first, copy)}"));
        else if (copy.Given == first.Given)
            _duplicates.Add(copy, () => Place(copy, $"same text as {Line(first, copy)}"));
    }

    private void CountLabels(RowSection section, ReadOnlySpan<RowEntry> copies, Split? given)
    {
        var seen = new HashSet<int>();
        foreach (var row in copies)
        {
            if (isRegression)
                NoteTarget(section.Labels(row)[0]);
            foreach (var label in isRegression ? OnlyLabel : section.Labels(row))
            {
                var count = _counts[label];
                count.Rows++;
                if ((row.Part, row.Number).CompareTo((count.First.Part, count.First.Number)) < 0)
                    count.First = row;
                if (!seen.Add(label))
                    continue;
                count.Texts++;
                if (given is Split.Validation or Split.Test)
                    continue;
                count.OpenTexts++;
                _balance.Add(label, row.TextHash);
            }
        }
    }

    private void NoteTarget(int target)
    {
        _target ??= target;
        TargetsDiffer |= _target != target;
    }

    private FindingPlace Place(RowEntry row, string excerpt) =>
        new(parts[row.Part].LinesBefore + row.Line, excerpt, parts[row.Part].File, parts[row.Part].RowsBefore + row.Number);

    private string Line(RowEntry row, RowEntry from)
    {
        var place = parts[row.Part];
        return $"line {place.LinesBefore + row.Line}" + (place.File == parts[from.Part].File ? "" : $" of {place.File}");
    }

    private string Names(ReadOnlySpan<int> ids)
    {
        var names = new List<string>();
        foreach (var id in ids)
            names.Add(isRegression ? BitConverter.Int32BitsToSingle(id).ToString(CultureInfo.InvariantCulture) : $"'{labels[id]}'");
        return names.Count == 0 ? "no label" : string.Join(", ", names);
    }

    private static MovedTexts Flushed(FileStream file)
    {
        file.Flush();
        return new MovedTexts(file);
    }

    private static MovedText? Read(FileStream file)
    {
        var text = default(MovedText);
        return file.ReadAtLeast(MemoryMarshal.AsBytes(new Span<MovedText>(ref text)), MovedText.Size, throwOnEndOfStream: false) == 0 ? null : text;
    }

    private static void Write(FileStream file, MovedText text) => file.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<MovedText>(in text)));
}
