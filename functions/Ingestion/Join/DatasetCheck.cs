using Pipeline.Core;
using Pipeline.Core.Datasets;
using Pipeline.Core.Datasets.Rows;
using Pipeline.Core.Runs;

namespace Pipeline.Functions.Ingestion.Join;

/// <summary>Whether a dataset as a whole can be trained on.</summary>
internal static class DatasetCheck
{
    /// <summary>Asks for enough rows that can be used.</summary>
    /// <exception cref="DatasetRejectedException">There are too few.</exception>
    public static void Rows(JoinSummary dataset)
    {
        if (dataset.RowsUsed + dataset.RowsLeftOut == 0)
            throw new DatasetRejectedException(FindingKind.EmptyFile, "The file has no rows below its header.");
        if (dataset.RowsLeftOut > dataset.RowsUsed)
        {
            throw new DatasetRejectedException(
                FindingKind.TooManyBadRows, $"{dataset.RowsLeftOut} rows of {dataset.RowsLeftOut + dataset.RowsUsed} are left out.");
        }
    }

    /// <summary>Asks for enough different texts of enough labels.</summary>
    /// <exception cref="DatasetRejectedException">There is nothing to tell apart, or too little to split.</exception>
    public static void Labels(JoinSummary dataset, IReadOnlyList<LabelCount> counts)
    {
        var isMultiLabel = dataset.ProblemType == ProblemType.MultiLabelClassification;
        if (dataset.Labels.Count == 1 && !isMultiLabel)
            throw new DatasetRejectedException(FindingKind.OneClass, $"All {dataset.RowsUsed} rows have the label '{dataset.Labels[0]}'.");
        // One text for each split that is still to be filled.
        if (counts.Count(c => c.OpenTexts >= dataset.Rule.Open.Count) < (isMultiLabel ? 1 : 2))
        {
            throw new DatasetRejectedException(
                FindingKind.TooFewRows,
                "Different texts: " + string.Join(", ", dataset.Labels.Zip(counts).Take(20).Select(l => $"'{l.First}' {l.Second.OpenTexts}")) + ".");
        }
    }

    /// <summary>Asks that the weights of labels name labels that there are.</summary>
    /// <exception cref="DatasetRejectedException">One names another.</exception>
    public static void ClassWeights(JoinSummary dataset, ClassWeights weights)
    {
        if (weights.ByLabel is not { } byLabel || byLabel.Keys.Except(dataset.Labels, StringComparer.Ordinal).ToList() is not { Count: > 0 } unknown)
            return;
        throw new DatasetRejectedException(
            FindingKind.BadOptions,
            $"'class_weights' has {string.Join(", ", unknown.Select(label => $"'{label}'"))}, which is no label of the dataset. Its labels are {string.Join(", ", dataset.Labels.Take(20).Select(l => $"'{l}'"))}{(dataset.Labels.Count > 20 ? ", …" : "")}.");
    }

    /// <summary>Asks for different numbers, and for a text for each split that is still to be filled.</summary>
    /// <exception cref="DatasetRejectedException">There is nothing to predict, or too little to split.</exception>
    public static void Targets(JoinSummary dataset, RowJoin join)
    {
        if (!join.TargetsDiffer)
            throw new DatasetRejectedException(FindingKind.ConstantTarget, $"All {dataset.RowsUsed} rows have the same number.");
        if (join.Labels[0].OpenTexts < dataset.Rule.Open.Count)
            throw new DatasetRejectedException(FindingKind.TooFewRows, $"There are {join.Labels[0].OpenTexts} different texts.");
    }
}
