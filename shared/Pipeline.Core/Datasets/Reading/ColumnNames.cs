namespace Pipeline.Core.Datasets.Reading;

/// <summary>The names that columns of texts and labels usually have. Case, spaces, <c>_</c> and <c>-</c> do not count.</summary>
internal static class ColumnNames
{
    // In order of preference.
    private static readonly string[] Texts =
        ["text", "sentence", "message", "body", "content", "review", "comment", "document", "description", "question", "tweet", "utterance", "input", "prompt", "title", "subject"];

    private static readonly string[] Labels =
        ["label", "labels", "category", "categories", "class", "target", "intent", "sentiment", "topic", "topics", "tag", "tags", "output", "completion", "y"];

    private static readonly string[] Targets = ["target", "score", "scores", "rating", "stars", "value", "y"];

    private static readonly (string First, string Second)[] Pairs =
    [
        ("sentence1", "sentence2"), ("premise", "hypothesis"), ("question1", "question2"), ("text1", "text2"), ("text", "textpair"),
        ("sentencea", "sentenceb"), ("texta", "textb"), ("question", "sentence"), ("question", "passage"),
    ];

    /// <summary>Whether a name is one of these, so that a record of such names is a header.</summary>
    public static bool IsUsual(string name) =>
        Key(name) is var key && (Texts.Contains(key) || Labels.Contains(key) || Pairs.Any(p => p.First == key || p.Second == key));

    /// <summary>The column with the text, or null.</summary>
    public static Column? Text(IReadOnlyList<Column> columns) => First(columns, Texts);

    /// <summary>The column with the label, or null.</summary>
    public static Column? Label(IReadOnlyList<Column> columns) => First(columns, Labels);

    /// <summary>The column that can only mean a number to be predicted, or null.</summary>
    public static Column? Target(IReadOnlyList<Column> columns) => First(columns, Targets);

    /// <summary>The columns of a pair of texts, or null.</summary>
    public static (Column First, Column Second)? Pair(IReadOnlyList<Column> columns)
    {
        foreach (var (first, second) in Pairs)
        {
            if (Named(columns, first) is { } a && Named(columns, second) is { } b)
                return (a, b);
        }

        return null;
    }

    /// <summary>The column with a name, or null.</summary>
    public static Column? Named(IReadOnlyList<Column> columns, string name) =>
        columns.FirstOrDefault(c => c.Name == name) ?? columns.FirstOrDefault(c => Key(c.Name) == Key(name));

    private static Column? First(IReadOnlyList<Column> columns, string[] usual) =>
        usual.Select(name => Named(columns, name)).FirstOrDefault(c => c is not null);

    private static string Key(string name) =>
        string.Concat(name.Where(c => !char.IsWhiteSpace(c) && c is not ('_' or '-'))).ToLowerInvariant();
}
