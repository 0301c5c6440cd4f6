using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;

namespace Pipeline.Functions.Ingestion;

/// <summary>A dataset after its first pass: checked and split. The texts wait in a temporary file for the second pass.</summary>
internal sealed class ScannedDataset : IDisposable
{
    private const int SmallClass = 10;

    private readonly TextSpool _spool = new();
    private Split[] _splits = [];

    private ScannedDataset()
    {
    }

    /// <summary>What is kept of each row.</summary>
    public RowTable Rows { get; } = new();

    /// <summary>Label names by id.</summary>
    public IReadOnlyList<string> LabelNames { get; private set; } = [];

    /// <summary>Rows that cannot be used.</summary>
    public long RowsLeftOut { get; private set; }

    /// <summary>Reads a dataset to its end and splits it.</summary>
    /// <exception cref="DatasetRejectedException">It cannot be trained on.</exception>
    public static ScannedDataset Scan(
        Stream content, DatasetFile file, RunOptions options, FindingLog findings, CancellationToken cancellationToken)
    {
        var dataset = new ScannedDataset();
        try
        {
            long last = 0;
            foreach (var row in DatasetReader.Read(content, file, ReadingOptions.From(options), findings))
            {
                cancellationToken.ThrowIfCancellationRequested();
                dataset.Rows.Add(row);
                dataset._spool.Add(row.Number, row.Text);
                last = row.Number;
            }

            dataset.RowsLeftOut = LeftOut(findings);
            dataset.LabelNames = dataset.Rows.SortLabels();
            dataset.Check(last, findings);
            dataset.Rows.NoteDuplicates(findings);
            dataset._splits = SplitAssigner.Assign(
                dataset.Rows.Hashes, dataset.Rows.Labels, dataset.LabelNames.Count,
                options.ValidationFraction, options.TestFraction, options.Seed);
            return dataset;
        }
        catch
        {
            dataset.Dispose();
            throw;
        }
    }

    /// <summary>All rows that are used, in the order of the file.</summary>
    public IEnumerable<(long Number, string Text, int Label, Split Split)> Read()
    {
        var i = 0;
        foreach (var (number, text) in _spool.Read())
        {
            yield return (number, text, Rows.Labels[i], _splits[i]);
            i++;
        }
    }

    /// <summary>How many rows of each label are in each split.</summary>
    public IReadOnlyList<LabelReport> LabelReports()
    {
        var counts = new int[LabelNames.Count, 3];
        for (var i = 0; i < _splits.Length; i++)
            counts[Rows.Labels[i], (int)_splits[i]]++;
        return [.. LabelNames.Select((name, id) => new LabelReport(
            name, counts[id, (int)Split.Train], counts[id, (int)Split.Validation], counts[id, (int)Split.Test]))];
    }

    /// <summary>Removes the temporary file.</summary>
    public void Dispose() => _spool.Dispose();

    private void Check(long lastRow, FindingLog findings)
    {
        if (RowsLeftOut > Rows.Count)
        {
            throw new DatasetRejectedException(
                FindingKind.TooManyBadRows, $"{RowsLeftOut} rows of {RowsLeftOut + Rows.Count} are left out.");
        }

        if (LabelNames.Count == 1)
            throw new DatasetRejectedException(FindingKind.OneClass, $"All {Rows.Count} rows up to row {lastRow} have the label '{LabelNames[0]}'.");
        var texts = Rows.DistinctTexts();
        var usable = texts.Count(n => n >= SplitAssigner.TextsForAllSplits);
        if (usable < 2)
        {
            throw new DatasetRejectedException(
                FindingKind.TooFewRows,
                "Different texts: " + string.Join(", ", LabelNames.Take(20).Select((name, id) => $"'{name}' {texts[id]}")) + ".");
        }

        for (var id = 0; id < texts.Length; id++)
        {
            if (texts[id] < SmallClass)
                findings.Add(FindingKind.SmallClass, null, $"'{LabelNames[id]}' has {texts[id]} different texts");
        }
    }

    private static long LeftOut(FindingLog findings) =>
        findings.Count(FindingKind.EmptyText) + findings.Count(FindingKind.MissingLabel) + findings.Count(FindingKind.RaggedRow)
        + findings.Count(FindingKind.BadJson) + findings.Count(FindingKind.HugeText);
}
