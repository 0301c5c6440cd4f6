namespace Pipeline.Core.Datasets;

/// <summary>Finds the text and the label column among names.</summary>
internal static class ColumnNames
{
    // In order of preference; compared without case, spaces, '_' and '-'.
    private static readonly string[] Texts =
        ["text", "sentence", "message", "body", "content", "review", "comment", "document", "description", "question", "tweet", "utterance", "input", "prompt", "title", "subject"];

    private static readonly string[] Labels =
        ["label", "labels", "category", "class", "target", "intent", "sentiment", "topic", "tag", "output", "completion", "y"];

    /// <summary>Indices of the two columns.</summary>
    /// <param name="names">The columns that are there.</param>
    /// <param name="textColumn">The option <c>text_column</c>; null to find it.</param>
    /// <param name="labelColumn">The option <c>label_column</c>; null to find it.</param>
    /// <param name="line">Where the names stand.</param>
    /// <exception cref="DatasetRejectedException">One of them is not there.</exception>
    public static (int Text, int Label) Find(IReadOnlyList<string> names, string? textColumn, string? labelColumn, long line)
    {
        var text = FindOne(names, textColumn, Texts, FindingKind.NoTextColumn, line);
        var label = FindOne(names, labelColumn, Labels, FindingKind.NoLabelColumn, line);
        return (text, label);
    }

    private static int FindOne(IReadOnlyList<string> names, string? wanted, string[] usual, FindingKind missing, long line)
    {
        foreach (var candidate in wanted is null ? usual : [wanted])
        {
            for (var i = 0; i < names.Count; i++)
            {
                if (Key(names[i]) == Key(candidate))
                    return i;
            }
        }

        var there = $"The columns are: {string.Join(", ", names.Take(20).Select(n => $"'{n}'"))}.";
        throw new DatasetRejectedException(missing, wanted is null ? there : $"There is no column '{wanted}'. {there}", line);
    }

    private static string Key(string name) =>
        string.Concat(name.Where(c => !char.IsWhiteSpace(c) && c is not ('_' or '-'))).ToLowerInvariant();
}
