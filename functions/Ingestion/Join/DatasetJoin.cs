using Pipeline.Core;
using Pipeline.Core.Datasets;
using Pipeline.Core.Datasets.Rows;
using Pipeline.Core.Datasets.Splits;
using Pipeline.Core.Findings;
using Pipeline.Core.Runs;
using Pipeline.Functions.Ingestion.Parts;
using Pipeline.Functions.Ingestion.Scan;

namespace Pipeline.Functions.Ingestion.Join;

/// <summary>Looks at all parts of a dataset together: labels, copies, conflicts, splits. One section of hashes is in memory at a time.</summary>
internal static class DatasetJoin
{
    /// <summary>Joins the parts.</summary>
    /// <param name="parts">The dataset's parts.</param>
    /// <param name="scanned">What the first pass made of each.</param>
    /// <param name="options">Fractions and seed of the split.</param>
    /// <param name="findings">Takes what was found in the parts, and what is found now.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="DatasetRejectedException">The dataset cannot be trained on.</exception>
    public static JoinedDataset Run(
        IReadOnlyList<DatasetPart> parts, IReadOnlyList<ScannedPart> scanned, RunOptions options, FindingLog findings,
        CancellationToken cancellationToken)
    {
        foreach (var (part, scan) in parts.Zip(scanned))
            findings.Merge(scan.Summary.Findings, part.LinesBefore);

        var merged = Merged(scanned, options);
        var isRegression = options.ProblemType == ProblemType.Regression;
        string[] labels = isRegression
            ? [ProblemTypeName.RegressionLabel]
            : [.. scanned.SelectMany(s => s.Summary.Labels).Except(merged.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var summary = Summary(parts, scanned, labels, options, findings) with { MergedLabels = merged };
        DatasetCheck.Rows(summary);
        DatasetCheck.ClassWeights(summary, options.ClassWeights);

        PartPlace[] places = [.. parts.Zip(summary.RowsBefore, (p, before) => new PartPlace(p.File, p.LinesBefore, before))];
        using var join = new RowJoin(places, labels, summary.Rule, isRegression);
        var ids = scanned.Select(s => s.Summary.Labels.Select(l => Array.BinarySearch(labels, merged.GetValueOrDefault(l, l), StringComparer.Ordinal)).ToArray()).ToArray();
        for (var number = 0; number < RowTableWriter.Sections; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var section = new RowSection();
            foreach (var (scan, labelIds) in scanned.Zip(ids))
                scan.AddTo(section, number, labelIds);
            join.Add(section);
        }

        // Before the labels are asked for enough texts: numbers that are taken for labels seldom have them.
        if (summary.ProblemType == ProblemType.SingleLabelClassification)
            NumericLabels.Note(findings, labels);
        if (isRegression)
            DatasetCheck.Targets(summary, join);
        else
            DatasetCheck.Labels(summary, join.Labels);
        join.Note(findings);
        if (!isRegression)
            LabelCheck.Note(findings, [.. labels.Zip(join.Labels, (name, count) => Tally(name, count, places))]);
        summary.Statistics.Languages.Note(findings);
        var copies = NearDuplicates.Find([.. scanned.Zip(places, (scan, place) => scan.Signatures(place))], cancellationToken: cancellationToken);
        return new JoinedDataset(summary with { NearCopies = copies, Findings = findings.ToList() }, join.Moves());
    }

    private static IReadOnlyDictionary<string, string> Merged(IReadOnlyList<ScannedPart> scanned, RunOptions options)
    {
        if (!options.MergeLabelVariants)
            return new Dictionary<string, string>();
        return LabelVariants.Canonical(scanned
            .SelectMany(s => s.Summary.Labels.Zip(s.Summary.LabelRows))
            .GroupBy(l => l.First, l => l.Second, StringComparer.Ordinal)
            .Select(g => new LabelTally(g.Key, g.Sum(), 0)));
    }

    private static LabelTally Tally(string name, LabelCount count, PartPlace[] places)
    {
        var place = places[count.First.Part];
        return new LabelTally(name, count.Rows, count.Texts, place.LinesBefore + count.First.Line, place.File);
    }

    private static TextStatistics Statistics(IReadOnlyList<DatasetPart> parts, IReadOnlyList<ScannedPart> scanned)
    {
        var statistics = new TextStatistics();
        foreach (var (part, scan) in parts.Zip(scanned))
            statistics.Merge(scan.Summary.Statistics, part.LinesBefore);
        return statistics;
    }

    private static JoinSummary Summary(
        IReadOnlyList<DatasetPart> parts, IReadOnlyList<ScannedPart> scanned, string[] labels, RunOptions options, FindingLog findings)
    {
        var before = new long[scanned.Count];
        for (var i = 1; i < before.Length; i++)
            before[i] = before[i - 1] + scanned[i - 1].Summary.Rows;
        return new JoinSummary
        {
            Labels = labels,
            MergedLabels = new Dictionary<string, string>(),
            ProblemType = options.ProblemType
                ?? (scanned.Any(s => s.Summary.IsMultiLabel) ? ProblemType.MultiLabelClassification : ProblemType.SingleLabelClassification),
            HasPairs = scanned.Any(s => s.Summary.HasPairs),
            Rule = SplitRule.For(options, scanned.SelectMany(s => s.Summary.Given).ToHashSet()),
            RowsBefore = before,
            RowsUsed = scanned.Sum(s => s.Summary.RowsUsed),
            RowsLeftOut = LeftOut.Count(findings),
            Statistics = Statistics(parts, scanned),
            NearCopies = new NearCopies(),
            Findings = [],
        };
    }
}
