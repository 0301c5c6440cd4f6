namespace Pipeline.Core.Datasets.Reading;

/// <summary>Decides which columns hold texts and labels: by option, else by name, else by content.</summary>
internal static class ColumnFinder
{
    /// <summary>The plan with its columns, and whether the labels are lists.</summary>
    /// <param name="sample">The first rows.</param>
    /// <param name="options">What the user says.</param>
    /// <param name="plan">What is decided so far.</param>
    /// <param name="findings">Takes a note where content decided.</param>
    /// <exception cref="DatasetRejectedException">A column is not there, or cannot be found.</exception>
    public static ReadingPlan Find(Sample sample, ReadingOptions options, ReadingPlan plan, FindingLog findings)
    {
        var columns = sample.Columns;
        var content = new ColumnContent(sample);
        var byContent = new List<string>();

        var pair = options.TextColumns is null && options.TextPairColumn is null && options.HasPairs != false ? ColumnNames.Pair(columns) : null;
        var second = pair?.Second ?? Wanted(sample, options.TextPairColumn, FindingKind.NoTextColumn);
        Column[]? text = options.TextColumns?.Select(name => Wanted(sample, name, FindingKind.NoTextColumn)!).ToArray();
        text ??= (pair?.First ?? ColumnNames.Text([.. columns.Where(c => c != second)])) is { } named ? [named] : null;
        var isRegression = options.ProblemType == ProblemType.Regression;
        Column[] free = [.. columns.Except(text ?? [])];
        var label = Wanted(sample, options.LabelColumn, FindingKind.NoLabelColumn)
            ?? (isRegression ? ColumnNames.Target(free) : null) ?? ColumnNames.Label(free);

        Column[] taken = [.. text ?? [], .. second is null ? [] : new[] { second }];
        if (label is null && options.NeedsLabels)
        {
            label = (isRegression ? content.Number(taken) : content.Label(taken)) ?? throw Missing(FindingKind.NoLabelColumn, sample);
            byContent.Add($"label is column '{label.Name}' ({content.Distinct(label)} different values in the first {sample.Rows.Count} rows)");
        }

        if (text is null)
        {
            text = [.. content.Texts(label is null ? taken : [.. taken, label])];
            if (text.Length == 0)
                throw Missing(FindingKind.NoTextColumn, sample);
            byContent.Add($"text is {string.Join(" and ", text.Select(c => $"column '{c.Name}'"))}");
        }

        if (byContent.Count > 0)
            findings.Add(FindingKind.ColumnsByContent, null, string.Join(", ", byContent));
        plan = plan with { Text = text, Pair = second };
        return label is null ? plan : Labels(sample, options, plan with { Label = label });
    }

    // Whether the labels are lists, and from which number their names count.
    private static ReadingPlan Labels(Sample sample, ReadingOptions options, ReadingPlan plan)
    {
        var values = sample.Values(plan.Label).ToArray();
        var areLists = values.Any(v => v.List is not null);
        var inBrackets = !areLists && options.LabelSeparator is null && values.Length > 0
            && values.All(v => v.Text!.Trim() is ['[', .., ']']);
        var several = areLists || inBrackets || options.LabelSeparator is not null;
        return plan with
        {
            ProblemType = options.ProblemType ?? (several ? ProblemType.MultiLabelClassification : ProblemType.SingleLabelClassification),
            LabelIsList = inBrackets,
            FirstLabelNumber = options.LabelNames is { } names ? FirstNumber(values) : 0,
        };
    }

    // Zero among the first labels says it. Without one they count from 1: files that are sorted by label begin with the lowest.
    private static int FirstNumber(Cell[] values)
    {
        var numbers = values.SelectMany(v => v.List ?? [v.Text!]).Select(t => long.TryParse(t.Trim(), out var n) ? n : -1).Where(n => n >= 0).ToArray();
        return numbers.Length == 0 || numbers.Contains(0) ? 0 : 1;
    }

    private static Column? Wanted(Sample sample, string? name, FindingKind kind)
    {
        if (name is null)
            return null;
        return ColumnNames.Named(sample.Columns, name)
            ?? throw new DatasetRejectedException(kind, $"There is no column '{name}'. {There(sample)}", sample.Line);
    }

    private static DatasetRejectedException Missing(FindingKind kind, Sample sample) => new(kind, There(sample), sample.Line);

    private static string There(Sample sample) =>
        $"The columns are: {string.Join(", ", sample.Columns.Take(20).Select(c => $"'{c.Name}'"))}."
        + (sample.Names is null ? " The file has no names for them." : "");
}
