using Pipeline.Core;
using Pipeline.Core.Datasets;
using Pipeline.Core.Datasets.Rows;
using Pipeline.Core.Findings;
using Pipeline.Functions.Ingestion.Content;
using Pipeline.Functions.Ingestion.Parts;

namespace Pipeline.Functions.Ingestion.Scan;

/// <summary>The first pass over a part: download, parsing, checking and hashing overlap. What is kept of a row is some fifteen bytes in a file.</summary>
internal sealed class PartScan : IDisposable
{
    private readonly DatasetPart _part;
    private readonly LabelTable _labels = new();
    private readonly RowTableWriter _rows = new();
    private readonly FileStream _signatures = ScratchFile.Create();
    private readonly RowInspector _inspector;
    private readonly TextSample _sample;
    private readonly SortedSet<Split> _given = [];
    private long _used;
    private long _last;
    private bool _isMultiLabel;
    private bool _hasPairs;

    private PartScan(DatasetPart part, long sampleCharacters, FindingLog findings) =>
        (_part, _sample, _inspector) = (part, new TextSample(sampleCharacters), new RowInspector(findings, _signatures));

    /// <summary>Reads one of a dataset's parts to its end.</summary>
    /// <param name="content">Where its bytes are.</param>
    /// <param name="parts">All parts; they share what is kept of the texts to learn a vocabulary from.</param>
    /// <param name="number">The part.</param>
    /// <param name="findings">Takes what was found where the part is rejected, with lines of the file.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="DatasetRejectedException">The part cannot be read to its end.</exception>
    public static async Task<ScannedPart> RunAsync(
        IDatasetContent content, IReadOnlyList<DatasetPart> parts, int number, FindingLog findings, CancellationToken cancellationToken)
    {
        var part = parts[number];
        var found = new FindingLog();
        try
        {
            return await RunAsync(content, part, RunTokenizer.SampleCharacters / parts.Count, found, cancellationToken);
        }
        catch (DatasetRejectedException e)
        {
            findings.Merge(part.Named(found), part.LinesBefore);
            throw part.Placed(e);
        }
    }

    private static async Task<ScannedPart> RunAsync(
        IDatasetContent content, DatasetPart part, long sampleCharacters, FindingLog findings, CancellationToken cancellationToken)
    {
        // The rows are read on one thread and taken on another; each has a log of its own.
        var found = new FindingLog();
        using var scan = new PartScan(part, sampleCharacters, found);
        await using var stream = new PrefetchedStream(await content.OpenAsync(part, cancellationToken), cancellationToken);
        try
        {
            await RowBatches.RunAsync(
                part.Read(stream, findings), row => RowCheck.Of(row, TextHash.Of(row.Text, row.TextPair)), scan.Take, cancellationToken);
        }
        finally
        {
            findings.Merge(found.ToList());
        }

        return scan.Complete(findings);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _rows.Dispose();
        _signatures.Dispose();
    }

    private ValueTask Take(DatasetRow row, CheckedRow result)
    {
        var hash = result.TextHash;
        _inspector.Take(row, result);
        if (row.GivenSplit is { } split)
            _given.Add(split);
        _rows.Add(hash, row.Number, row.Line, row.GivenSplit, row.Target is { } target ? [BitConverter.SingleToInt32Bits(target)] : _labels.Ids(row.Labels));
        // What is held out must not shape the vocabulary; the rest of it is known after the join.
        if (row.GivenSplit is null or Split.Train)
            _sample.Add(hash, row.TextPair is null ? row.Text : $"{row.Text}\n{row.TextPair}");
        _used++;
        _last = row.Number;
        _isMultiLabel |= row.Labels.Count != 1;
        _hasPairs |= row.TextPair is not null;
        return ValueTask.CompletedTask;
    }

    private ScannedPart Complete(FindingLog findings)
    {
        var rows = ScratchFile.Create();
        var sections = _rows.CopyTo(rows);
        _signatures.Position = 0;
        _signatures.CopyTo(rows);
        return new ScannedPart(
            new PartSummary
            {
                Number = _part.Number,
                Rows = Math.Max(_last, _used + LeftOut.Count(findings)),
                RowsUsed = _used,
                Labels = _labels.Names,
                LabelRows = _labels.Rows,
                Given = [.. _given],
                IsMultiLabel = _isMultiLabel,
                HasPairs = _hasPairs,
                Sections = sections,
                SampleHalvings = _sample.Halvings,
                Statistics = _inspector.Statistics,
                Findings = _part.Named(findings),
            },
            rows,
            _sample.OpenRead());
    }
}
